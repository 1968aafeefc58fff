import type { ClientUuid, RealmId } from '@sparekey/contracts';
import type { Client } from '@sparekey/realms';

/** client_id of the account pages in every realm; built in, never stored. */
export const ACCOUNT_CLIENT_ID = 'account';

/** Fits no row: the version digit 8 is not one the database makes. */
const ACCOUNT_CLIENT_UUID = '00000000-0000-8000-8000-000000000001' as ClientUuid;

/** Through which the account pages have people sign in: it never redeems a code, so it has no scope beyond `openid`. */
export function accountClient(realmId: RealmId, issuer: string): Client {
  return {
    id: ACCOUNT_CLIENT_UUID,
    realmId,
    clientId: ACCOUNT_CLIENT_ID,
    enabled: true,
    publicClient: true,
    redirectUris: [`${issuer}/account/return`],
    postLogoutRedirectUris: [`${issuer}/account`],
    webOrigins: [],
    standardFlow: true,
    serviceAccount: false,
    consentRequired: false,
    baseUrl: `${issuer}/account`,
    backchannelLogoutSessionRequired: false,
    idTokenAlg: 'ES256',
    scopes: [],
    attributes: {},
  };
}
