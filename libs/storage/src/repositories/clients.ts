import { AppError, type ClientUuid, type RealmId } from '@sparekey/contracts';
import type { Client, ClientRepository } from '@sparekey/realms';
import { json, present } from '../database/json.ts';
import { newId } from '../database/new-id.ts';
import type { Queryable } from '../database/queryable.ts';
import type { Keyring, SealedPlace } from '../keyring/keyring.ts';

const columns = `id, realm_id as "realmId", client_id as "clientId", name, description, enabled,
  public_client as "publicClient", secret_sealed as "sealedSecret", redirect_uris as "redirectUris",
  post_logout_redirect_uris as "postLogoutRedirectUris", web_origins as "webOrigins", standard_flow as "standardFlow",
  service_account as "serviceAccount", consent_required as "consentRequired", base_url as "baseUrl",
  backchannel_logout_url as "backchannelLogoutUrl",
  backchannel_logout_session_required as "backchannelLogoutSessionRequired", id_token_alg as "idTokenAlg", scopes,
  attributes`;

type Optional = 'name' | 'description' | 'baseUrl' | 'backchannelLogoutUrl';
type ClientRow = Omit<Client, 'secret' | Optional> & Record<Optional, string | null> & { sealedSecret: Buffer | null };

function place(realmId: RealmId, id: ClientUuid): SealedPlace {
  return { table: 'client', realmId, row: id, purpose: 'client_secret' };
}

export function clientRepository(db: Queryable, keyring: Keyring): ClientRepository {
  function toClient(row: ClientRow): Client {
    const { sealedSecret, ...client } = present(row);
    return sealedSecret
      ? { ...client, secret: keyring.open(sealedSecret, place(row.realmId, row.id)).toString() }
      : client;
  }

  /** In the order of `$1 …` of both writing statements. */
  function values(client: Client): unknown[] {
    const secret = client.secret === undefined ? null : Buffer.from(client.secret);
    return [
      client.realmId,
      client.id,
      client.clientId,
      client.name,
      client.description,
      client.enabled,
      client.publicClient,
      secret && keyring.seal(secret, place(client.realmId, client.id)),
      client.redirectUris,
      client.postLogoutRedirectUris,
      client.webOrigins,
      client.standardFlow,
      client.serviceAccount,
      client.consentRequired,
      client.baseUrl,
      client.backchannelLogoutUrl,
      client.backchannelLogoutSessionRequired,
      client.idTokenAlg,
      client.scopes,
      json(client.attributes),
    ];
  }

  return {
    async byClientId(realmId, clientId) {
      const row = await db.row<ClientRow>({
        name: 'client_by_client_id',
        text: `select ${columns} from client where realm_id = $1 and client_id = $2`,
        values: [realmId, clientId],
      });
      return row && toClient(row);
    },
    async list(realmId) {
      const rows = await db.rows<ClientRow>({
        name: 'client_list',
        text: `select ${columns} from client where realm_id = $1 order by client_id`,
        values: [realmId],
      });
      return rows.map(toClient);
    },
    originsWith: (realmId, scope) =>
      db.rows({
        name: 'client_origins',
        text: `select web_origins as "webOrigins", redirect_uris as "redirectUris" from client
               where realm_id = $1 and enabled and $2 = any(scopes) and web_origins <> '{}'`,
        values: [realmId, scope],
      }),
    async create(client) {
      const complete = { ...client, id: client.id ?? newId<ClientUuid>() };
      await db.count({
        name: 'client_create',
        text: `insert into client (realm_id, id, client_id, name, description, enabled, public_client, secret_sealed,
                 redirect_uris, post_logout_redirect_uris, web_origins, standard_flow, service_account,
                 consent_required, base_url, backchannel_logout_url, backchannel_logout_session_required, id_token_alg,
                 scopes, attributes)
               values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20)`,
        values: values(complete),
      });
      return complete;
    },
    async update(client) {
      const written = await db.count({
        name: 'client_update',
        text: `update client set client_id = $3, name = $4, description = $5, enabled = $6, public_client = $7,
                 secret_sealed = $8, redirect_uris = $9, post_logout_redirect_uris = $10, web_origins = $11,
                 standard_flow = $12, service_account = $13, consent_required = $14, base_url = $15,
                 backchannel_logout_url = $16, backchannel_logout_session_required = $17, id_token_alg = $18,
                 scopes = $19, attributes = $20
               where realm_id = $1 and id = $2`,
        values: values(client),
      });
      if (written === 0) throw new AppError('not_found', `There is no client ${client.id} in realm ${client.realmId}`);
      return client;
    },
    async remove(realmId, id) {
      await db.count({
        name: 'client_remove',
        text: 'delete from client where realm_id = $1 and id = $2',
        values: [realmId, id],
      });
    },
  };
}
