import { AppError, type RealmId } from '@sparekey/contracts';
import { storedPolicy } from '@sparekey/policy';
import type { Realm, RealmRepository } from '@sparekey/realms';
import { isUuid, json, present } from '../database/json.ts';
import { newId } from '../database/new-id.ts';
import type { Queryable } from '../database/queryable.ts';

const columns = `id, name, display_name as "displayName", enabled, policy, attributes, version, created_at as "createdAt"`;

type RealmRow = Omit<Realm, 'displayName' | 'policy'> & { displayName: string | null; policy: unknown };

/** A policy that an older version stored is completed with the defaults of what it did not know. */
const toRealm = (row: RealmRow): Realm => ({ ...present(row), policy: storedPolicy(row.policy) });

/** `update` writes what it is given: the last writer wins; `version` is the database's, whatever the argument says. */
export function realmRepository(db: Queryable): RealmRepository {
  const one = (row: RealmRow | undefined): Realm | undefined => row && toRealm(row);
  return {
    async list() {
      const rows = await db.rows<RealmRow>({ name: 'realm_list', text: `select ${columns} from realm order by name` });
      return rows.map(toRealm);
    },
    async byName(name) {
      return one(
        await db.row({ name: 'realm_by_name', text: `select ${columns} from realm where name = $1`, values: [name] }),
      );
    },
    async byId(id) {
      if (!isUuid(id)) return undefined;
      return one(
        await db.row({ name: 'realm_by_id', text: `select ${columns} from realm where id = $1`, values: [id] }),
      );
    },
    async create(realm) {
      const row = await db.row<RealmRow>({
        name: 'realm_create',
        text: `insert into realm (id, name, display_name, enabled, policy, attributes)
               values ($1, $2, $3, $4, $5, $6) returning ${columns}`,
        values: [realm.id ?? newId<RealmId>(), ...fields(realm)],
      });
      return created(row);
    },
    async update(realm) {
      const row = await db.row<RealmRow>({
        name: 'realm_update',
        text: `update realm set name = $2, display_name = $3, enabled = $4, policy = $5, attributes = $6
               where id = $1 returning ${columns}`,
        values: [realm.id, ...fields(realm)],
      });
      if (!row) throw new AppError('not_found', `There is no realm ${realm.id}`);
      return toRealm(row);
    },
  };
}

function fields(realm: Pick<Realm, 'name' | 'displayName' | 'enabled' | 'policy' | 'attributes'>): unknown[] {
  return [realm.name, realm.displayName, realm.enabled, json(realm.policy), json(realm.attributes)];
}

function created(row: RealmRow | undefined): Realm {
  if (!row) throw new AppError('internal', 'realm_create returned nothing');
  return toRealm(row);
}
