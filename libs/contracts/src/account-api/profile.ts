import { z } from 'zod';
import type { Operation } from './operation.ts';

const tag = 'Profile';

const profile = z
  .object({
    id: z.uuid().describe('The same as `sub` in an ID token'),
    username: z.string(),
    firstName: z.string().optional(),
    lastName: z.string().optional(),
    email: z.string().optional(),
    emailVerified: z.boolean(),
    phoneNumber: z.string().optional(),
    phoneNumberVerified: z.boolean(),
    locale: z.string().optional(),
  })
  .meta({ id: 'Profile' });

export const profileOperations = {
  getProfile: {
    method: 'GET',
    path: '/profile',
    tag,
    summary: 'Who the token speaks for',
    needs: { read: 'repair' },
    status: 200,
    answer: profile,
  },
} as const satisfies Record<string, Operation>;
