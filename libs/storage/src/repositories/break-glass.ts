import { AppError } from '@sparekey/contracts';
import type { BackupCodeScheme, BreakGlassOpening, BreakGlassStore, SealedSet } from '@sparekey/factors';
import { isUuid, present } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';

type SetRow = Omit<SealedSet, 'scheme'> & Omit<BackupCodeScheme, 'version'> & { schemeVersion: number };
type OpeningRow = Omit<BreakGlassOpening, 'usedAt'> & { usedAt: Date | null };

const openingColumns = `id, realm_id as "realmId", user_id as "userId", made_account as "madeAccount",
  opened_by as "openedBy", opened_at as "openedAt", expires_at as "expiresAt", used_at as "usedAt"`;

const usable = 'used_at is null and closed_at is null and expires_at > now()';

const toOpening = (row: OpeningRow): BreakGlassOpening => present(row) as BreakGlassOpening;

/** Each change is one guarded statement, safe under READ COMMITTED: a second caller waits for the row and finds it used. */
export function breakGlassStore(db: Queryable): BreakGlassStore {
  return {
    async live(realmId) {
      const row = await db.row<SetRow>({
        name: 'break_glass_live',
        text: `select s.id, s.realm_id as "realmId", s.scheme_version as "schemeVersion", s.memory_kib as "memoryKib",
                 s.iterations, s.parallelism, s.pepper_id as "pepperId", s.salt, s.code_length as "codeLength",
                 s.created_at as "createdAt", s.created_by as "createdBy",
                 array(select c.verifier from break_glass_code c
                       where c.realm_id = s.realm_id and c.set_id = s.id order by c.index) as verifiers
               from break_glass_set s where s.realm_id = $1 and s.ended_at is null`,
        values: [realmId],
      });
      if (row === undefined) return undefined;
      const { schemeVersion, memoryKib, iterations, parallelism, pepperId, ...set } = row;
      return { ...set, scheme: { version: schemeVersion, memoryKib, iterations, parallelism, pepperId } };
    },

    async add({ id, realmId, scheme, salt, codeLength, createdBy, verifiers }) {
      const added = await db.row({
        name: 'break_glass_add',
        text: `with made as (
                 insert into break_glass_set (realm_id, id, scheme_version, memory_kib, iterations, parallelism,
                   pepper_id, salt, code_length, created_by)
                 values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                 on conflict (realm_id) where ended_at is null do nothing returning realm_id, id
               )
               insert into break_glass_code (realm_id, set_id, index, verifier)
               select made.realm_id, made.id, v.place - 1, v.verifier
               from made, unnest($11::bytea[]) with ordinality v (verifier, place) returning index`,
        values: [
          realmId,
          id,
          scheme.version,
          scheme.memoryKib,
          scheme.iterations,
          scheme.parallelism,
          scheme.pepperId,
          salt,
          codeLength,
          createdBy,
          verifiers,
        ],
      });
      if (added === undefined) throw new AppError('conflict', 'The realm has a live set of sealed codes');
    },

    end: (realmId, reason) =>
      db.row<{ left: number }>({
        name: 'break_glass_end',
        text: `with ended as (
                 update break_glass_set set ended_at = now(), ended_reason = $2
                 where realm_id = $1 and ended_at is null returning realm_id, id
               ), wiped as (
                 update break_glass_code c set verifier = null from ended
                 where c.realm_id = ended.realm_id and c.set_id = ended.id and c.verifier is not null returning c.index
               )
               select (select count(*) from wiped)::integer as "left" from ended`,
        values: [realmId, reason],
      }),

    /** `live` waits for the lock of the set, so that a set that was revoked meanwhile refuses. */
    consume: (realmId, setId, index) =>
      db.row<{ left: number }>({
        name: 'break_glass_consume',
        text: `with live as materialized (
                 select realm_id, id from break_glass_set
                 where realm_id = $1 and id = $2 and ended_at is null for update
               ), spent as (
                 update break_glass_code c set verifier = null, used_at = now() from live
                 where c.realm_id = live.realm_id and c.set_id = live.id and c.index = $3 and c.verifier is not null
                 returning c.index
               )
               select (select count(*) from break_glass_code c
                       where c.realm_id = $1 and c.set_id = $2 and c.verifier is not null and c.index <> $3)::integer
                 as "left" from spent`,
        values: [realmId, setId, index],
      }),

    async open(opening) {
      const { realmId, userId, setId, codeIndex, digest, madeAccount, openedBy, minutes } = opening;
      const row = await db.row<{ id: string; expiresAt: Date }>({
        name: 'break_glass_open',
        text: `insert into break_glass_opening (realm_id, user_id, set_id, code_index, digest, made_account, opened_by,
                 expires_at)
               values ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(mins => $8))
               returning id, expires_at as "expiresAt"`,
        values: [realmId, userId, setId, codeIndex, digest, madeAccount, openedBy, minutes],
      });
      if (row === undefined) throw new Error('break_glass_open returned nothing');
      return row;
    },

    async openings() {
      const rows = await db.rows<OpeningRow>({
        name: 'break_glass_openings',
        text: `select ${openingColumns} from break_glass_opening where closed_at is null order by opened_at limit 100`,
      });
      return rows.map(toOpening);
    },

    async matches(realmId, userId, digest) {
      const row = await db.row({
        name: 'break_glass_matches',
        text: `select from break_glass_opening where realm_id = $1 and user_id = $2 and digest = $3 and ${usable}`,
        values: [realmId, userId, digest],
      });
      return row !== undefined;
    },

    async consumePass(realmId, userId, digest) {
      const row = await db.row<{ id: string }>({
        name: 'break_glass_consume_pass',
        text: `update break_glass_opening set used_at = now()
               where realm_id = $1 and user_id = $2 and digest = $3 and ${usable} returning id`,
        values: [realmId, userId, digest],
      });
      return row?.id;
    },

    async close(realmId, id, operator) {
      if (!isUuid(id)) return undefined;
      const row = await db.row<OpeningRow>({
        name: 'break_glass_close',
        text: `update break_glass_opening set closed_at = now(), closed_by = $3
               where realm_id = $1 and id = $2 and closed_at is null returning ${openingColumns}`,
        values: [realmId, id, operator],
      });
      return row && toOpening(row);
    },
  };
}

/** What is open, for people who watch over a deployment: no more than that, since when and by whom. */
export async function openBreakGlassOf({ stores }: { stores: { breakGlass: BreakGlassStore } }): Promise<string[]> {
  const openings = await stores.breakGlass.openings();
  return openings.map(
    ({ id, openedAt, openedBy }) => `break glass is open: ${id}, since ${openedAt.toISOString()}, by ${openedBy}`,
  );
}
