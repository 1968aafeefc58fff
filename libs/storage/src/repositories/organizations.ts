import type { OrganizationId, UserId } from '@sparekey/contracts';
import { storedOverride } from '@sparekey/policy';
import type { Organization, OrganizationRepository } from '@sparekey/realms';
import { json, present } from '../database/json.ts';
import { newId } from '../database/new-id.ts';
import type { Queryable } from '../database/queryable.ts';

type OrganizationRow = Omit<Organization, 'description' | 'policy'> & { description: string | null; policy: object };

/** An organization that decides nothing has no policy. */
function toOrganization({ policy, ...row }: OrganizationRow): Organization {
  return { ...present(row), ...(Object.keys(policy).length > 0 && { policy: storedOverride(policy) }) };
}

export function organizationRepository(db: Queryable): OrganizationRepository {
  return {
    async list(realmId) {
      const rows = await db.rows<OrganizationRow>({
        name: 'organization_list',
        text: `select id, realm_id as "realmId", name, alias, description, enabled, attributes, policy,
                 coalesce((select jsonb_agg(jsonb_build_object('name', d.name, 'verified', d.verified) order by d.name)
                           from organization_domain d
                           where d.realm_id = o.realm_id and d.organization_id = o.id), '[]') as domains
               from organization o where realm_id = $1 order by name`,
        values: [realmId],
      });
      return rows.map(toOrganization);
    },
    /** Domain names are kept in lower case. Errors: `conflict` also when a domain belongs to another organization. */
    async create(organization) {
      const id = organization.id ?? newId<OrganizationId>();
      const domains = organization.domains.map((domain) => ({ ...domain, name: domain.name.trim().toLowerCase() }));
      await db.count({
        name: 'organization_create',
        text: `with made as (
                 insert into organization (realm_id, id, name, alias, description, enabled, attributes, policy)
                 values ($1, $2, $3, $4, $5, $6, $7, $10) returning realm_id, id
               ), domains as (
                 insert into organization_domain (realm_id, name, organization_id, verified)
                 select made.realm_id, d.name, made.id, d.verified
                 from made, unnest($8::text[], $9::boolean[]) d (name, verified)
               )
               select from made`,
        values: [
          organization.realmId,
          id,
          organization.name,
          organization.alias,
          organization.description,
          organization.enabled,
          json(organization.attributes),
          domains.map((domain) => domain.name),
          domains.map((domain) => domain.verified),
          json(organization.policy ?? {}),
        ],
      });
      return { ...organization, id, domains };
    },
    async members(realmId, id) {
      const rows = await db.rows<{ user_id: UserId }>({
        name: 'organization_members',
        text: `select user_id from organization_member where realm_id = $1 and organization_id = $2 order by user_id`,
        values: [realmId, id],
      });
      return rows.map((row) => row.user_id);
    },
    async join(realmId, id, user) {
      await db.count({
        name: 'organization_join',
        text: `insert into organization_member (realm_id, organization_id, user_id) values ($1, $2, $3)
               on conflict do nothing`,
        values: [realmId, id, user],
      });
    },
  };
}
