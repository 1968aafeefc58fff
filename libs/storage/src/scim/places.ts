import type { ScimReach } from '@sparekey/provisioning';
import type { ResourceType } from '@sparekey/scim';
import { json } from '../database/json.ts';
import type { Places, Relation, Value } from './filter-sql.ts';
import { nothing, type Piece, piece } from './sql.ts';

/** Rows of a type within a reach: `from`, and what of it is a record. The row is `r`, the account or group `a`. */
export interface Source {
  readonly from: Piece;
  readonly where: Piece;
  /** The part of `where` that a row known by its id still needs: its realm. */
  readonly realm: Piece;
  readonly id: Piece;
  readonly columns: Piece;
  readonly places: Places;
}

const milliseconds = (moment: Piece): Value => ({ number: piece`floor(extract(epoch from ${moment}) * 1000)` });

function commonColumns(type: ResourceType, id: Piece, created: Piece, modified: Piece): Map<string, Value> {
  return new Map<string, Value>([
    ['id', { uuid: id }],
    ['externalId', { text: piece`r.external_id` }],
    ['meta.resourceType', { text: piece`${type.name}::text` }],
    ['meta.created', milliseconds(created)],
    ['meta.lastModified', milliseconds(modified)],
    ['meta.version', { text: piece`'W/"' || coalesce(r.version, 0) || '"'` }],
  ]);
}

const memberParts = new Map<string, Value>([
  ['value', { uuid: piece`member.id` }],
  ['type', { text: piece`lower(member.type)` }],
  ['display', { text: piece`scim_fold(member.display)` }],
]);

/** Members of group `group`, people and groups, with their names. */
export function membersOf(realmId: string, group: Piece): Piece {
  return piece`(
    select ug.user_id as id, 'User' as type, u.username as display
    from user_group ug join user_account u on u.realm_id = ug.realm_id and u.id = ug.user_id
    where ug.realm_id = ${realmId} and ug.group_id = ${group}
    union all
    select gm.member_id, 'Group', g.name
    from scim_group_member gm join "group" g on g.realm_id = gm.realm_id and g.id = gm.member_id
    where gm.realm_id = ${realmId} and gm.group_id = ${group})`;
}

/** Whose member a `value eq "…"` asks for is found by its key; the union is pushed down to both tables. */
function memberRelation(realmId: string): Relation {
  return { from: piece`select from ${membersOf(realmId, piece`a.id`)} as member where true`, parts: memberParts };
}

function groupRelation(reach: ScimReach): Relation {
  return {
    from: piece`select from (
        select g.id, 'direct' as type, g.name as display
        from user_group ug join "group" g on g.realm_id = ug.realm_id and g.id = ug.group_id
        where ug.realm_id = ${reach.realmId} and ug.user_id = a.id and ${groupInReach(reach, piece`g.id`)}
      ) as member where true`,
    parts: memberParts,
  };
}

function ownership(reach: ScimReach): Piece {
  const owned = piece`r.connection_id = ${reach.connectionId}`;
  return reach.visibility === 'owned' ? owned : piece`(r.connection_id is null or ${owned})`;
}

/** Whether a group that a person is in may be told. */
export function groupInReach(reach: ScimReach, id: Piece): Piece {
  const owner = piece`(select connection_id from scim_resource owner where owner.realm_id = ${reach.realmId} and owner.id = ${id})`;
  const owned =
    reach.visibility === 'owned'
      ? piece`${owner} = ${reach.connectionId}`
      : piece`(${owner} is null or ${owner} = ${reach.connectionId})`;
  return piece`${owned} and ${unprotectedGroup(reach, id)}`;
}

function unprotectedGroup({ realmId, protectedRoles, protectedInOrganizations = [] }: ScimReach, id: Piece): Piece {
  const roles = [...new Set([...protectedRoles, ...protectedInOrganizations.flatMap((each) => each.roles)])];
  if (roles.length === 0) return piece`true`;
  return piece`${id} not in (select scim_protected_groups(${realmId}::uuid, ${roles}::text[]))`;
}

function unprotectedPerson({ realmId, protectedRoles, protectedInOrganizations = [] }: ScimReach, id: Piece): Piece {
  const inRealm =
    protectedRoles.length === 0
      ? piece`true`
      : piece`${id} not in (select scim_protected_people(${realmId}::uuid, ${protectedRoles}::text[]))`;
  if (protectedInOrganizations.length === 0) return inRealm;
  return piece`${inRealm} and ${id} not in (
    select held.id
    from jsonb_to_recordset(${json(protectedInOrganizations)}::jsonb) as within("organizationId" uuid, roles text[])
    cross join lateral scim_protected_people(${realmId}::uuid, within.roles) as held(id)
    join organization_member om
      on om.realm_id = ${realmId}::uuid and om.organization_id = within."organizationId" and om.user_id = held.id)`;
}

/** Somebody whom no directory wrote is told in the standard way, and with what the mapping says besides. */
function unwritten(told: ScimReach['told']): { data: Piece; search: Piece } {
  const [data, search] = [piece`scim_account_document('{}', a)`, piece`scim_account_search('{}', a)`];
  if (told === undefined) return { data, search };
  const mapped = piece`${json({ reflected: told.reflected, computed: told.computed.length > 0 })}::jsonb`;
  return { data: piece`scim_told(${data}, a, ${mapped})`, search: piece`scim_told_search(${search}, a, ${mapped})` };
}

/** What a mapping computes with. */
const account = piece`, jsonb_build_object('username', a.username, 'firstName', a.first_name, 'lastName', a.last_name,
  'email', a.email, 'locale', a.locale, 'attributes', a.attributes) as account`;

function userSource(reach: ScimReach, type: ResourceType): Source {
  const join = reach.visibility === 'owned' ? piece`join` : piece`left join`;
  const organization =
    reach.organizationId === undefined
      ? piece`true`
      : piece`exists (select from organization_member om where om.realm_id = a.realm_id
          and om.organization_id = ${reach.organizationId} and om.user_id = a.id)`;
  const { told } = reach;
  const { data, search } = unwritten(told);
  const modified = piece`coalesce(r.modified_at, a.created_at)`;
  const columns = commonColumns(type, piece`a.id`, piece`a.created_at`, modified);
  return {
    from: piece`user_account a ${join} scim_resource r on r.realm_id = a.realm_id and r.id = a.id`,
    where: piece`a.realm_id = ${reach.realmId} and a.service_account_client_id is null and ${ownership(reach)}
      and ${organization} and ${unprotectedPerson(reach, piece`a.id`)}`,
    realm: piece`a.realm_id = ${reach.realmId}`,
    id: piece`a.id`,
    columns: piece`a.id, r.external_id as "externalId", coalesce(r.data, ${data}) as data,
      coalesce(r.version, 0) as version, a.created_at as "createdAt", ${modified} as "modifiedAt",
      r.connection_id is not distinct from ${reach.connectionId} as "isOwned"${told === undefined ? nothing : account}`,
    places: {
      document: reach.visibility === 'owned' ? piece`r.search` : piece`coalesce(r.search, ${search})`,
      columns: told === undefined ? columns.set('userName', { text: piece`a.username_norm` }) : columns,
      relations: new Map([['groups', groupRelation(reach)]]),
    },
  };
}

function groupSource(reach: ScimReach, type: ResourceType): Source {
  const join = reach.visibility === 'owned' ? piece`join` : piece`left join`;
  // Groups have no time of their own: one that no directory wrote is as old as its realm.
  const created = piece`coalesce(r.created_at, (select created_at from realm where id = a.realm_id))`;
  const modified = piece`coalesce(r.modified_at, (select created_at from realm where id = a.realm_id))`;
  const organization =
    reach.organizationId === undefined ? piece`true` : piece`r.connection_id = ${reach.connectionId}`;
  return {
    from: piece`"group" a ${join} scim_resource r on r.realm_id = a.realm_id and r.id = a.id`,
    where: piece`a.realm_id = ${reach.realmId} and ${ownership(reach)} and ${organization}
      and ${unprotectedGroup(reach, piece`a.id`)}`,
    realm: piece`a.realm_id = ${reach.realmId}`,
    id: piece`a.id`,
    columns: piece`a.id, r.external_id as "externalId", coalesce(r.data, jsonb_build_object('displayName', a.name)) as data,
      coalesce(r.version, 0) as version, ${created} as "createdAt", ${modified} as "modifiedAt",
      r.connection_id is not distinct from ${reach.connectionId} as "isOwned"`,
    places: {
      document:
        reach.visibility === 'owned'
          ? piece`r.search`
          : piece`coalesce(r.search, jsonb_build_object('displayName', scim_fold(a.name)))`,
      columns: commonColumns(type, piece`a.id`, created, modified),
      relations: new Map([['members', memberRelation(reach.realmId)]]),
    },
  };
}

function customSource(reach: ScimReach, type: ResourceType): Source {
  return {
    from: piece`scim_resource r`,
    where: piece`r.realm_id = ${reach.realmId} and r.connection_id = ${reach.connectionId} and r.resource_type = ${type.name}`,
    realm: piece`r.realm_id = ${reach.realmId}`,
    id: piece`r.id`,
    columns: piece`r.id, r.external_id as "externalId", r.data, r.version, r.created_at as "createdAt",
      r.modified_at as "modifiedAt", true as "isOwned"`,
    places: {
      document: piece`r.search`,
      columns: commonColumns(type, piece`r.id`, piece`r.created_at`, piece`r.modified_at`),
      relations: new Map(),
    },
  };
}

export function sourceOf(reach: ScimReach, type: ResourceType): Source {
  if (type.name === 'User') return userSource(reach, type);
  return type.name === 'Group' ? groupSource(reach, type) : customSource(reach, type);
}
