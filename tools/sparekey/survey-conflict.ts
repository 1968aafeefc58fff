import { AppError } from '@sparekey/contracts';
import type { ScimConnection } from '@sparekey/provisioning';
import type { Storage } from '@sparekey/storage';

/** Says in whose way a survey is, when it is that of another one. */
export const surveyConflict =
  ({ scim }: Storage, connection: ScimConnection) =>
  async (error: unknown): Promise<never> => {
    const open = (await scim.runs.list(connection, 10)).find(
      ({ kind, endedAt }) => endedAt === undefined && (kind === 'drift' || kind === 'preview'),
    );
    if (open === undefined || !(error instanceof AppError) || error.code !== 'conflict') throw error;
    throw new AppError(
      'conflict',
      `A ${open.kind} run of ${connection.name} is under way; \`scim runs\` tells how far it is.`,
    );
  };
