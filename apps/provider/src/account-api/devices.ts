import { AppError } from '@sparekey/contracts';
import { byPerson, whereabouts } from '../account/operations/index.ts';
import type { Handler } from './request.ts';

const DAY_MS = 86_400_000;

export const listTrustedDevices: Handler<'listTrustedDevices'> = async ({ services, realm, person, policy }) => {
  const devices = await services.storage.stores.devices.trusted(realm.realm.id, person.id);
  return {
    devices: devices.flatMap(({ id, ip, userAgent, lastSeenAt, trustedAt }) => {
      if (trustedAt === undefined) return [];
      const until = new Date(trustedAt.getTime() + policy.trustedDevices.days * DAY_MS);
      if (until <= new Date()) return [];
      const where = whereabouts(services, { ip, userAgent });
      return [{ id, where, lastSeenAt: lastSeenAt.toISOString(), trustedUntil: until.toISOString() }];
    }),
  };
};

export const forgetTrustedDevice: Handler<'forgetTrustedDevice'> = async (request) => {
  const { services, realm, person, id } = request;
  await services.storage.transaction(async (stores) => {
    if (!(await stores.devices.remove(realm.realm.id, person.id, id)))
      throw new AppError('not_found', 'no such device of this person');
    await stores.audit.append({ ...byPerson(request), type: 'device.revoked' });
  });
  return undefined;
};
