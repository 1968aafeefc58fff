import type { LinkChange, ScimConnection, Subject } from '@sparekey/provisioning';
import type { Queryable, Statement } from '../database/queryable.ts';
import { scimJournal } from './scim-pace.ts';

/** Runs a statement that changes a link, and in its transaction what goes with it. */
export async function withChange(
  db: Queryable,
  connection: ScimConnection,
  subject: Subject,
  { event, dependents }: LinkChange = {},
  statement: Statement,
): Promise<void> {
  if (event === undefined && dependents === undefined) {
    await db.count(statement);
    return;
  }
  await db.atomically(async (transaction) => {
    await transaction.count(statement);
    if (event !== undefined) await scimJournal(transaction).add(connection, [event]);
    if (dependents !== undefined) await markDependents(transaction, connection, subject, dependents);
  });
}

/** Marks, not tasks: they are only added, so that workers that meet at one group do not wait for each other. */
async function markDependents(
  db: Queryable,
  { realmId, id }: ScimConnection,
  { localId }: Subject,
  { names, remoteId }: NonNullable<LinkChange['dependents']>,
): Promise<void> {
  await db.count({
    name: 'scim_mark_dependents',
    text: `insert into scim_dirty (realm_id, connection_id, kind, local_id)
           select $1, $2, kind, local_id from scim_link
           where realm_id = $1 and connection_id = $2 and waits_for <> '{}' and waits_for && $4::text[]
           union
           select $1, $2, 'group', group_id from user_group where realm_id = $1 and user_id = $3
           union
           select $1, $2, kind, local_id from scim_link
           where realm_id = $1 and connection_id = $2 and kind = 'group' and $5::text is not null
             and sent @> jsonb_build_object('members', jsonb_build_array(jsonb_build_object('value', $5)))`,
    values: [realmId, id, localId, [localId, ...names], remoteId],
  });
}
