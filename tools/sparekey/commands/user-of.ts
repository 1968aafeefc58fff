import { AppError } from '@sparekey/contracts';
import type { Realm, User } from '@sparekey/realms';
import type { Storage } from '@sparekey/storage';

/** The person of a username or e-mail address. Errors: `not_found`. */
export async function userOf(storage: Storage, realm: Realm, login: string): Promise<User> {
  const user = await storage.stores.users.byLogin(realm.id, login);
  if (user === undefined) throw new AppError('not_found', `There is nobody called "${login}" in realm ${realm.name}.`);
  return user;
}
