import { AppError } from '@sparekey/contracts';
import { isAdministrator } from '../administrators.ts';
import { MASTER_REALM } from '../bootstrap.ts';
import type { Realm, User } from '../model.ts';
import type { Administrator, HelpDeskStores } from './ports.ts';

/**
 * The administrator of a name that was given on the host: of realm `master`, else of the realm itself. Errors: `forbidden`
 * for a name that no enabled administrator has. Who is locked out needs break glass, not another name.
 */
export async function administratorNamed(
  stores: Pick<HelpDeskStores, 'realms' | 'users'>,
  realm: Realm,
  name: string,
): Promise<Administrator> {
  const master = await stores.realms.byName(MASTER_REALM);
  for (const place of master === undefined || master.id === realm.id ? [realm] : [master, realm]) {
    const user = await stores.users.byLogin(place.id, name);
    if (user !== undefined && (await administers(stores, place, user))) {
      return { id: user.id, username: user.username, actor: { kind: 'operator', name: user.username } };
    }
  }
  throw new AppError('forbidden', `"${name}" is no administrator of ${MASTER_REALM} or of realm ${realm.name}`);
}

async function administers(stores: Pick<HelpDeskStores, 'users'>, place: Realm, user: User): Promise<boolean> {
  if (!user.enabled || user.serviceAccountClientId !== undefined) return false;
  return isAdministrator(place, await stores.users.claims(place.id, user.id));
}
