import { z } from 'zod';
import { type Operation, time } from './operation.ts';

const tag = 'Phone number';
const number = z.string().max(40).describe('In international form, +39 …');

export const phoneOperations = {
  getPhone: {
    method: 'GET',
    path: '/phone',
    tag,
    summary: 'The phone number, and whether codes go to it',
    needs: { read: 'account' },
    status: 200,
    answer: z.object({
      number: z.string().optional(),
      verified: z.boolean(),
      usableFrom: time.optional().describe('When codes go to it: a changed number waits'),
      codesGoTo: z.string().optional().describe('The number before, masked, that codes go to meanwhile'),
      maySet: z.boolean().describe('The policy and this deployment let the person set one'),
    }),
  },
  sendPhoneCode: {
    method: 'POST',
    path: '/phone',
    tag,
    summary: 'Begin to set a number: a code is sent to it',
    description: 'Bounded by person, number, country, network and day (429). One sent before ends.',
    needs: { change: 'phone' },
    body: z.strictObject({ number }),
    status: 202,
    answer: z.object({ sentTo: z.string() }),
  },
  confirmPhone: {
    method: 'POST',
    path: '/phone/confirm',
    tag,
    summary: 'Set the number by the code that was sent to it',
    description:
      'Both numbers and the mailbox hear of it, trusted devices are forgotten, and codes go to it after a wait.',
    needs: { change: 'phone' },
    body: z.strictObject({ number, code: z.string().max(20) }),
    status: 200,
    answer: z.object({ number: z.string() }),
  },
  removePhone: {
    method: 'DELETE',
    path: '/phone',
    tag,
    summary: 'Remove the number',
    description: 'Where it is the only second factor and one is required it stays: 409.',
    needs: { change: 'phone' },
    status: 204,
  },
} as const satisfies Record<string, Operation>;
