import { z } from 'zod';
import { type Operation, time, whereabouts } from './operation.ts';

const session = z
  .object({
    id: z.string(),
    current: z.boolean().describe('The session that the token was issued in'),
    where: whereabouts,
    startedAt: time,
    lastSeenAt: time,
    expiresAt: time,
    applications: z.array(z.string()),
  })
  .meta({ id: 'Session' });

const device = z
  .object({ id: z.uuid(), where: whereabouts, trustedAt: time, lastSeenAt: time, trustedUntil: time })
  .meta({ id: 'TrustedDevice' });

/** Sessions and trusted devices: where the person is signed in, and which browsers are spared the second factor. */
export const accessOperations = {
  listSessions: {
    method: 'GET',
    path: '/sessions',
    tag: 'Sessions',
    summary: 'Where the person is signed in',
    needs: { read: 'account' },
    status: 200,
    answer: z.object({ sessions: z.array(session) }),
  },
  endOtherSessions: {
    method: 'DELETE',
    path: '/sessions',
    tag: 'Sessions',
    summary: 'End every session but the one of the token',
    needs: { read: 'account' },
    status: 200,
    answer: z.object({ ended: z.int() }),
  },
  endSession: {
    method: 'DELETE',
    path: '/sessions/{id}',
    tag: 'Sessions',
    summary: 'End a session with every token of it; also the one of the token',
    needs: { read: 'account' },
    status: 204,
  },
  listTrustedDevices: {
    method: 'GET',
    path: '/trusted-devices',
    tag: 'Trusted devices',
    summary: 'Browsers that are spared the second factor',
    needs: { read: 'account' },
    status: 200,
    answer: z.object({ devices: z.array(device) }),
  },
  forgetTrustedDevice: {
    method: 'DELETE',
    path: '/trusted-devices/{id}',
    tag: 'Trusted devices',
    summary: 'Have a browser asked for the second factor again',
    needs: { read: 'account' },
    status: 204,
  },
} as const satisfies Record<string, Operation>;
