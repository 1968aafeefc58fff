import type { LinkChange, ScimConnection, Subject } from '@sparekey/provisioning';
import type { Queryable, Statement } from '../database/queryable.ts';
import { eventInsert } from './scim-pace.ts';

/**
 * Runs a statement that changes a link, together with what goes with it: as one, so that there is no moment between them.
 */
export async function withChange(
  db: Queryable,
  connection: ScimConnection,
  subject: Subject,
  { event, dependents }: LinkChange = {},
  { name, text, values: own = [] }: Statement,
): Promise<void> {
  const values = [...own];
  const parameter = (value: unknown) => `$${values.push(value)}`;
  const parts = [`changed as (${text})`];
  if (event !== undefined) parts.push(`told as (${eventInsert(connection, event, parameter)})`);
  if (dependents !== undefined) parts.push(`marked as (${marks(connection, subject, dependents, parameter)})`);
  const shape = `${name}${event ? '_told' : ''}${dependents ? '_marked' : ''}`;
  await db.row(parts.length === 1 ? { name, text, values } : { name: shape, text: `with ${parts} select`, values });
}

/** Marks, not tasks: they are only added, so that workers that meet at one group do not wait for each other. */
function marks(
  { realmId, id }: ScimConnection,
  { localId }: Subject,
  { names, remoteId }: NonNullable<LinkChange['dependents']>,
  parameter: (value: unknown) => string,
): string {
  const [realm, connection] = [parameter(realmId), parameter(id)].map((each) => `${each}::uuid`);
  const [person, theirs] = [`${parameter(localId)}::uuid`, `${parameter(remoteId)}::text`];
  return `insert into scim_dirty (realm_id, connection_id, kind, local_id)
    select ${realm}, ${connection}, kind, local_id from scim_link
    where realm_id = ${realm} and connection_id = ${connection} and waits_for <> '{}'
      and waits_for && ${parameter([localId, ...names])}::text[]
    union
    select ${realm}, ${connection}, 'group', group_id from user_group where realm_id = ${realm} and user_id = ${person}
    union
    select ${realm}, ${connection}, kind, local_id from scim_link
    where realm_id = ${realm} and connection_id = ${connection} and kind = 'group' and ${theirs} is not null
      and sent @> jsonb_build_object('members', jsonb_build_array(jsonb_build_object('value', ${theirs})))`;
}
