import { AppError } from '@sparekey/contracts';
import * as account from '../account/operations/index.ts';
import type { Handler } from './request.ts';

export const listSessions: Handler<'listSessions'> = async (request) => {
  const sessions = await account.sessions(request);
  return {
    sessions: sessions.map(({ startedAt, lastSeenAt, expiresAt, ...session }) => ({
      ...session,
      startedAt: startedAt.toISOString(),
      lastSeenAt: lastSeenAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
    })),
  };
};

export const endSession: Handler<'endSession'> = async (request) => {
  if (await account.endSession(request, request.id)) return undefined;
  throw new AppError('not_found', 'no such session of this person');
};

export const endOtherSessions: Handler<'endOtherSessions'> = async (request) => ({
  ended: await account.endSessions(request, 'others'),
});
