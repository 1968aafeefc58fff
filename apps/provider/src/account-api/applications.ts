import { AppError } from '@sparekey/contracts';
import * as account from '../account/operations/index.ts';
import type { Handler } from './request.ts';

export const listApplications: Handler<'listApplications'> = async (request) => {
  const applications = await account.connectedApplications(request);
  return {
    applications: applications.map(({ clientId, name, baseUrl, scopes, since, lastUsedAt, consented, offline }) => ({
      id: clientId,
      name,
      url: baseUrl,
      scopes,
      since: since.toISOString(),
      lastUsedAt: lastUsedAt?.toISOString(),
      consented,
      offline,
    })),
  };
};

/** Also of the application that asks: then this was its last request. */
export const disconnectApplication: Handler<'disconnectApplication'> = async (request) => {
  if (await account.disconnectApplication(request, request.id)) return undefined;
  throw new AppError('not_found', 'no such application of this person');
};
