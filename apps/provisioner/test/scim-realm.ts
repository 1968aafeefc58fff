import type { OrganizationId, RealmId } from '@sparekey/contracts';
import { defaultPolicy } from '@sparekey/policy';
import { addScimConnection, isOfKind, type ScimConnection } from '@sparekey/provisioning';
import type { Storage } from '@sparekey/storage';

let realms = 0;

export async function addRealm(storage: Storage): Promise<RealmId> {
  realms += 1;
  const realm = await storage.stores.realms.create({
    name: `realm-${realms}`,
    enabled: true,
    policy: defaultPolicy,
    attributes: {},
  });
  return realm.id;
}

/** People `person-1 …`, and groups of so many of them each. */
export async function fillRealm(
  storage: Storage,
  realmId: RealmId,
  people: number,
  groups: number,
  members: number,
): Promise<void> {
  await storage.database.count({
    name: 'test_people',
    text: `insert into user_account (realm_id, username, username_norm, email, email_norm, email_verified,
             phone_number_verified, first_name, last_name, enabled, attributes, required_actions)
           select $1, name, name, name || '@acme.example', name || '@acme.example', true, false, 'First', name, true,
             case when n % 10 = 0 then jsonb_build_object('manager', jsonb_build_array('person-1')) else '{}' end, '{}'
           from generate_series(1, $2::int) n, lateral (select 'person-' || n as name)`,
    values: [realmId, people],
  });
  await storage.database.count({
    name: 'test_groups',
    text: `insert into "group" (realm_id, name, path, attributes)
           select $1, 'group-' || n, '/group-' || n, '{}' from generate_series(1, $2::int) n`,
    values: [realmId, groups],
  });
  await storage.database.count({
    name: 'test_members',
    text: `insert into user_group (realm_id, user_id, group_id)
           select $1, u.id, g.id from generate_series(1, $2::int) n cross join generate_series(1, $3::int) m
           join user_account u on u.realm_id = $1
             and u.username = 'person-' || (1 + (n * 17 + m) % (select count(*) from user_account where realm_id = $1))
           join "group" g on g.realm_id = $1 and g.name = 'group-' || n`,
    values: [realmId, groups, members],
  });
}

export async function addSource(
  storage: Storage,
  realmId: RealmId,
  settings: Record<string, unknown>,
  { profile = 'strict', organizationId }: { profile?: string; organizationId?: OrganizationId } = {},
): Promise<ScimConnection<'source'>> {
  const draft = { name: 'hr', kind: 'source', profile, settings, secret: 'peer-token', organizationId } as const;
  const actor = { kind: 'operator', name: 'test' } as const;
  const connection = await storage.transaction((stores) => addScimConnection(stores, realmId, draft, actor));
  if (!isOfKind(connection, 'source')) throw new Error('a source');
  return connection;
}

export async function addTarget(
  storage: Storage,
  realmId: RealmId,
  settings: Record<string, unknown>,
  profile = 'strict',
): Promise<ScimConnection<'target'>> {
  const draft = { name: 'peer', kind: 'target', profile, settings, secret: 'peer-token' } as const;
  const actor = { kind: 'operator', name: 'test' } as const;
  const connection = await storage.transaction((stores) => addScimConnection(stores, realmId, draft, actor));
  if (!isOfKind(connection, 'target')) throw new Error('a target');
  return connection;
}
