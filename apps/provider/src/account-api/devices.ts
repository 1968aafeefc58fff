import { AppError } from '@sparekey/contracts';
import * as account from '../account/operations/index.ts';
import type { Handler } from './request.ts';

export const listTrustedDevices: Handler<'listTrustedDevices'> = async (request) => {
  const devices = await account.trustedDevices(request);
  return {
    devices: devices.map(({ id, where, trustedAt, lastSeenAt, until }) => ({
      id,
      where,
      trustedAt: trustedAt.toISOString(),
      lastSeenAt: lastSeenAt.toISOString(),
      trustedUntil: until.toISOString(),
    })),
  };
};

export const forgetTrustedDevice: Handler<'forgetTrustedDevice'> = async (request) => {
  if (await account.forgetDevice(request, request.id)) return undefined;
  throw new AppError('not_found', 'no such device of this person');
};
