import type { ScimConnection } from '@sparekey/provisioning';

/** Rows of one connection, `$1` and `$2`. */
export const mine = 'realm_id = $1 and connection_id = $2';
export const of = ({ realmId, id }: ScimConnection): [string, string] => [realmId, id];

/** People first; `$3` and `$4` are the last one of the page before. */
export const afterIt = (table: string): string =>
  `($3::text is null or ${table}.kind < $3 or (${table}.kind = $3 and ${table}.local_id > $4::uuid))`;
