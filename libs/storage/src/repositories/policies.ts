import { AppError, type OrganizationId } from '@sparekey/contracts';
import { storedOverride } from '@sparekey/policy';
import type { PolicyRepository, PolicyVersion } from '@sparekey/realms';
import { isUuid, json, present } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';

const REALM = 'realm';

export function policyRepository(db: Queryable): PolicyRepository {
  return {
    async overrides(realmId) {
      const rows = await db.rows<{ id: OrganizationId; alias: string; policy: unknown }>({
        name: 'policy_overrides',
        text: `select id, alias, policy from organization where realm_id = $1 and enabled and policy <> '{}' order by alias`,
        values: [realmId],
      });
      return rows.map(({ id, alias, policy }) => ({ id, alias, override: storedOverride(policy) }));
    },

    async version(realmId, organizationId) {
      const row = await db.row<{ version: number }>({
        name: 'policy_current_version',
        text: `select coalesce(max(version), 0) as version from policy_version where realm_id = $1 and scope = $2`,
        values: [realmId, organizationId ?? REALM],
      });
      return row?.version ?? 0;
    },

    /** The version goes in first: of two changes to one version the second fails on the key before it writes a policy. */
    save: ({ realmId, organizationId, policy, version, changes, changedBy }) =>
      db.atomically(async (transaction) => {
        await transaction.count({
          name: 'policy_version_add',
          text: `insert into policy_version (realm_id, scope, organization_id, version, changes, changed_by)
                 values ($1, $2, $3, $4, $5, $6)`,
          values: [realmId, organizationId ?? REALM, organizationId, version, json(changes), changedBy],
        });
        const written = await transaction.count(
          organizationId === undefined
            ? {
                name: 'policy_save',
                text: 'update realm set policy = $2 where id = $1',
                values: [realmId, json(policy)],
              }
            : {
                name: 'policy_save_override',
                text: 'update organization set policy = $3 where realm_id = $1 and id = $2',
                values: [realmId, organizationId, json(policy)],
              },
        );
        if (written !== 1) throw new AppError('not_found', 'there is nothing of this id to hold a policy');
      }),

    async history(realmId, organizationId) {
      const rows = await db.rows<Omit<PolicyVersion, 'organizationId'> & { organizationId: OrganizationId | null }>({
        name: 'policy_history',
        text: `select version, organization_id as "organizationId", changes, changed_by as "changedBy",
                 changed_at as "changedAt"
               from policy_version where realm_id = $1 and scope = $2 order by version desc`,
        values: [realmId, organizationId ?? REALM],
      });
      return rows.map((row) => present(row));
    },

    async graceOf(realmId, userId) {
      if (!isUuid(userId)) return undefined;
      const row = await db.row<{ began_at: Date }>({
        name: 'second_factor_grace_of',
        text: 'select began_at from second_factor_grace where realm_id = $1 and user_id = $2',
        values: [realmId, userId],
      });
      return row?.began_at;
    },

    /** One statement; of parallel first sign-ins the first counts, and all are told the same. */
    async beginGrace(realmId, userId) {
      const row = await db.row<{ began_at: Date }>({
        name: 'second_factor_grace_begin',
        text: `insert into second_factor_grace as g (realm_id, user_id) values ($1, $2)
               on conflict (realm_id, user_id) do update set began_at = g.began_at returning began_at`,
        values: [realmId, userId],
      });
      if (!row) throw new AppError('internal', 'second_factor_grace_begin returned nothing');
      return row.began_at;
    },
  };
}
