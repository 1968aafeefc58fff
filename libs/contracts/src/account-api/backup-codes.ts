import { z } from 'zod';
import { type Operation, time } from './operation.ts';

const tag = 'Backup codes';

export const backupCodeOperations = {
  getBackupCodes: {
    method: 'GET',
    path: '/backup-codes',
    tag,
    summary: 'How many backup codes are left; never the codes',
    needs: { read: 'repair' },
    status: 200,
    answer: z.object({
      active: z
        .object({
          count: z.int(),
          left: z.int(),
          createdAt: time,
          expiresAt: time,
          expired: z.boolean(),
          lastUsedAt: time.optional(),
        })
        .optional(),
      pending: z
        .object({ count: z.int(), createdAt: time, expiresAt: time })
        .optional()
        .describe('Made and shown, and good only once one of its codes was typed back'),
    }),
  },
} as const satisfies Record<string, Operation>;
