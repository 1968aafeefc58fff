import type { RealmId, RoleId } from '@sparekey/contracts';
import { importRealmFile } from '../realm-file/import.ts';
import type { ImportDependencies, RealmFileStores } from '../realm-file/ports.ts';
import type { ImportReport } from '../realm-file/report.ts';
import { ADMIN_ROLE, type BootstrapAdministrators, masterRealm } from './master.ts';

export interface Bootstrap extends BootstrapAdministrators {
  /** Realm files to import where their realm is absent, such as `demoRealm(…)`. */
  realms: readonly unknown[];
}

export interface BootstrapReport {
  /** `created` now, `present` with an administrator already, or `none`: nobody can administer this server. */
  administrator: 'created' | 'present' | 'none';
  imports: ImportReport[];
}

/**
 * Makes what a server needs at its first start, and leaves alone what is there: the realm `master`, an administrator when
 * the realm has none, and realms to import. Safe to run from several processes at once, at every start.
 * Errors: RealmFileError for a file that cannot be imported; those before it are.
 */
export async function bootstrapRealms(
  { admin, client, realms }: Bootstrap,
  dependencies: ImportDependencies,
): Promise<BootstrapReport> {
  const imports: ImportReport[] = [];
  const files: readonly unknown[] = [masterRealm({ admin, client }), ...realms];
  for (const file of files) {
    imports.push(await importRealmFile(file, dependencies, { ifExists: 'skip', operator: 'bootstrap' }));
  }
  const created = imports[0]?.outcome === 'imported' && (admin !== undefined || client !== undefined);
  if (created) return { administrator: 'created', imports };
  return { administrator: await ensureAdministrator(admin, dependencies), imports };
}

const PAGE = 100;

/** Whether anyone holds the role; administrators are few, and stand among few in the realm `master`. */
async function isHeld(stores: RealmFileStores, realmId: RealmId, role: RoleId): Promise<boolean> {
  let after: string | undefined;
  for (;;) {
    const page = await stores.users.list(realmId, { after, limit: PAGE });
    for (const { id } of page) if ((await stores.users.roles(realmId, id)).includes(role)) return true;
    if (page.length < PAGE) return false;
    after = page.at(-1)?.username;
  }
}

/** Gives an existing realm `master` its administrator when nobody holds the role. Never touches a person who is there. */
async function ensureAdministrator(
  admin: BootstrapAdministrators['admin'],
  { transaction, hash }: ImportDependencies,
): Promise<BootstrapReport['administrator']> {
  const find = (stores: RealmFileStores) =>
    stores.realms.byName('master').then(async (master) => {
      const roles = master === undefined ? [] : await stores.roles.list(master.id);
      const role = roles.find(({ name, clientId }) => name === ADMIN_ROLE && clientId === undefined);
      return master && role && { realmId: master.id, role: role.id };
    });
  const held = await transaction(async (stores) => {
    const found = await find(stores);
    return found !== undefined && (await isHeld(stores, found.realmId, found.role));
  });
  if (held) return 'present';
  if (admin === undefined) return 'none';
  const phc = await hash(admin.password);
  return transaction(async (stores) => {
    const found = await find(stores);
    if (found === undefined || (await stores.users.byLogin(found.realmId, admin.username)) !== undefined) return 'none';
    const { id } = await stores.users.create({
      realmId: found.realmId,
      username: admin.username,
      emailVerified: false,
      phoneNumberVerified: false,
      enabled: true,
      attributes: {},
      requiredActions: [],
    });
    await stores.passwords.set(found.realmId, id, phc);
    await stores.users.grantRole(found.realmId, id, found.role);
    return 'created';
  });
}
