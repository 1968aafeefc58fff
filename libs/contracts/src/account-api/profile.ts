import { z } from 'zod';
import type { Operation } from './operation.ts';

const tag = 'Profile';
const name = z.string().max(100).nullable();

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
  changeProfile: {
    method: 'PATCH',
    path: '/profile',
    tag,
    summary: 'Change name or e-mail address',
    description:
      'What is left out stays; null takes it away. A new address takes effect when the link that it is sent is followed; the address before hears of it.',
    needs: { change: 'profile' },
    body: z.strictObject({
      firstName: name.optional(),
      lastName: name.optional(),
      email: z.string().max(320).nullable().optional(),
    }),
    status: 200,
    answer: z.object({ profile, emailLinkSent: z.boolean() }),
  },
  changePassword: {
    method: 'PUT',
    path: '/password',
    tag,
    summary: 'Set another password',
    description: 'Every other session ends, with its tokens. The password is judged by the policy of the realm.',
    needs: { change: 'password' },
    body: z.strictObject({ newPassword: z.string().min(1).max(4096) }),
    status: 204,
  },
  deleteAccount: {
    method: 'POST',
    path: '/deletion',
    tag,
    summary: 'Delete the account, for good',
    description:
      'Where the policy lets people: else 403. The username is repeated, so that nothing is deleted by mistake. Who alone could administer the realm stays: 409.',
    needs: { change: 'delete' },
    body: z.strictObject({ username: z.string().max(255) }),
    status: 204,
  },
} as const satisfies Record<string, Operation>;
