import { createHash, randomBytes } from 'node:crypto';
import pg from 'pg';

export interface Crowd {
  /** `/realms/…/scim/v2/…` */
  path: string;
  token: string;
  people: string[];
  /** Everybody is a member. */
  large: string;
  /** Ten are. */
  small: string;
  /** Somebody in no group. */
  outsider: string;
}

/** A realm with a connection that owns `count` people, a group of all of them and one of ten; written by SQL, since the way in is measured elsewhere. */
export async function fill(url: string, count: number): Promise<Crowd> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const token = `sparekey_scim_${randomBytes(32).toString('base64url')}`;
    const realm = (await client.query(`select id from realm where name = 'master'`)).rows[0].id as string;
    const connection = (
      await client.query(
        `insert into scim_connection (realm_id, name, kind, profile, state, settings)
         values ($1, 'bench', 'server', 'strict', 'active', '{}') returning id`,
        [realm],
      )
    ).rows[0].id as string;
    await client.query(
      `insert into scim_token (realm_id, connection_id, label, hash, expires_at) values ($1, $2, 'bench', $3, now() + interval '1 day')`,
      [realm, connection, createHash('sha256').update(token).digest()],
    );
    const people = (
      await client.query(
        `insert into user_account (realm_id, username, username_norm, email_verified, phone_number_verified, enabled, attributes, required_actions)
         select $1, 'bench-' || n, 'bench-' || n, false, false, true, '{}', '{}' from generate_series(0, $2) n returning id`,
        [realm, count],
      )
    ).rows.map(({ id }: { id: string }) => id);
    await client.query(
      `insert into scim_resource (realm_id, id, connection_id, resource_type, external_id, data, search)
       select realm_id, id, $2, 'User', username,
         jsonb_build_object('userName', username, 'active', true, 'title', 'T' || right(username, 1),
           'emails', jsonb_build_array(jsonb_build_object('value', username || '@example.com', 'type', 'work'))),
         jsonb_build_object('userName', username, 'active', true, 'title', 't' || right(username, 1),
           'emails', jsonb_build_array(jsonb_build_object('value', username || '@example.com', 'type', 'work')))
       from user_account where realm_id = $1 and username like 'bench-%'`,
      [realm, connection],
    );
    const group = async (name: string) => {
      const { id } = (
        await client.query(
          `insert into "group" (realm_id, name, path, attributes) values ($1, $2, '/' || $2, '{}') returning id`,
          [realm, name],
        )
      ).rows[0];
      await client.query(
        `insert into scim_resource (realm_id, id, connection_id, resource_type, data, search)
         values ($1, $2, $3, 'Group', jsonb_build_object('displayName', $4::text), jsonb_build_object('displayName', lower($4::text)))`,
        [realm, id, connection, name],
      );
      return id as string;
    };
    const [large, small] = [await group('everybody'), await group('few')];
    const outsider = people.pop() ?? '';
    const join = (id: string, members: string[]) =>
      client.query(
        `insert into user_group (realm_id, user_id, group_id) select $1, member, $2 from unnest($3::uuid[]) member`,
        [realm, id, members],
      );
    await join(large, people);
    await join(small, people.slice(0, 10));
    await client.query('analyze');
    return { path: '/realms/master/scim/v2/bench', token, people, large, small, outsider };
  } finally {
    await client.end();
  }
}
