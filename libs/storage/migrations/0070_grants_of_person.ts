import type { Knex } from 'knex';
import { forwardOnly } from '../src/forward-only.ts';

/**
 * Why: a person looks at the applications that hold something of theirs, and ends it. Grants were found by id alone so
 * far; dead ones are not looked for, so they leave the index when they end.
 * Locks: writes to oidc_grant wait while the index is built (about a second for each million of live grants).
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
    create index oidc_grant_of_person on oidc_grant (realm_id, account_id)
      where account_id is not null and destroyed_at is null;
  `);
}

export const down = forwardOnly;
