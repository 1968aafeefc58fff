import { z } from 'zod';
import { type Operation, time, whereabouts } from './operation.ts';

const entry = z
  .object({
    id: z.string(),
    at: time,
    type: z.string().describe('An event of docs/reference/audit-events.md'),
    outcome: z.enum(['success', 'failure', 'denied']),
    by: z.enum(['person', 'administrator', 'application', 'system', 'unknown']),
    where: whereabouts,
    application: z.string().optional(),
    detail: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  })
  .meta({ id: 'Activity' });

const application = z
  .object({
    id: z.string().describe('client_id'),
    name: z.string().optional(),
    url: z.string().optional(),
    scopes: z.array(z.string()),
    since: time,
    lastUsedAt: time.optional(),
    consented: z.boolean().describe('The person was asked, and said yes'),
    offline: z.boolean().describe('It can act while the person is signed out'),
  })
  .meta({ id: 'Application' });

export const activityOperations = {
  listActivity: {
    method: 'GET',
    path: '/activity',
    tag: 'Activity',
    summary: 'What happened to the account in the last 90 days, newest first',
    needs: { read: 'account' },
    query: z.strictObject({
      limit: z.coerce.number().int().min(1).max(100).default(25),
      after: z.string().max(60).optional().describe('`next` of the page before'),
    }),
    status: 200,
    answer: z.object({ entries: z.array(entry), next: z.string().optional().describe('Absent on the last page') }),
  },
  listApplications: {
    method: 'GET',
    path: '/applications',
    tag: 'Applications',
    summary: 'Applications that hold a consent or tokens of the person',
    needs: { read: 'account' },
    status: 200,
    answer: z.object({ applications: z.array(application) }),
  },
  disconnectApplication: {
    method: 'DELETE',
    path: '/applications/{id}',
    tag: 'Applications',
    summary: 'Withdraw what an application was allowed; its tokens end',
    needs: { read: 'account' },
    status: 204,
  },
} as const satisfies Record<string, Operation>;
