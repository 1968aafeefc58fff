import { AppError } from '@sparekey/contracts';
import type { Realm } from '@sparekey/realms';
import type { Storage } from '@sparekey/storage';

/** The realm of that name. Errors: `not_found`. */
export async function realmOf(storage: Pick<Storage, 'stores'>, name: string): Promise<Realm> {
  const realm = await storage.stores.realms.byName(name);
  if (realm === undefined) throw new AppError('not_found', `There is no realm ${name}`);
  return realm;
}
