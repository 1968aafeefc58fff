import { expect, test } from '@jest/globals';
import type { OrganizationId } from '@sparekey/contracts';
import { type PolicyInput, policySchema } from '@sparekey/policy';
import type { UserClaims } from '@sparekey/realms';
import { ACR_1FA, ACR_MFA, ACR_PHR, ACR_RECOVERY } from '@sparekey/sign-in';
import type { ServedRealm } from '../realms/cache.ts';
import { accountFinder } from './accounts.ts';
import { lifetimes } from './lifetimes.ts';

const HOUR = 3600;
const STRICT = 'strict' as OrganizationId;

function servedRealm(policy: PolicyInput): ServedRealm {
  return {
    realm: {
      id: 'realm' as never,
      name: 'acme',
      enabled: true,
      policy: policySchema.parse(policy),
      attributes: {},
      version: 1,
      createdAt: new Date(),
    },
    issuer: 'https://id.example/realms/acme',
    keys: [],
    overrides: [{ id: STRICT, alias: 'strict', override: { session: { absoluteSeconds: HOUR, idleSeconds: HOUR } } }],
    client: async () => undefined,
  };
}

/** Seconds that a session of this person, signed in `ago` seconds before, has left. */
async function left(realm: ServedRealm, acr: string, { member = false, ago = 0, accountId = 'ada' } = {}) {
  const claims = {
    user: { id: 'ada', enabled: true, requiredActions: [] },
    realmRoles: [],
    clientRoles: {},
    groups: [],
    organizations: member ? { strict: STRICT } : {},
  } as unknown as UserClaims;
  const account = await accountFinder(async () => claims, realm.realm.id)({} as never, 'ada');
  const session = lifetimes(realm)?.Session;
  if (typeof session !== 'function') throw new Error('sessions have one life for all');
  const current = { acr, accountId, loginTs: Math.floor(Date.now() / 1000) - ago };
  return session({ oidc: { account } } as never, current as never);
}

const policy: PolicyInput = {
  session: {
    idleSeconds: 12 * HOUR,
    absoluteSeconds: 24 * HOUR,
    oneFactorSeconds: 2 * HOUR,
    multiFactorSeconds: 8 * HOUR,
  },
};

test('a session lives as long as what opened it allows, and never beyond the life of any', async () => {
  const realm = servedRealm(policy);
  expect(await left(realm, ACR_1FA)).toBe(2 * HOUR);
  expect(await left(realm, ACR_MFA)).toBe(8 * HOUR);
  expect(await left(realm, ACR_PHR)).toBe(12 * HOUR);
  expect(await left(realm, ACR_PHR, { ago: 20 * HOUR })).toBe(4 * HOUR);
  expect(await left(realm, ACR_RECOVERY)).toBe(600);
  expect(await left(realm, 'of something unknown')).toBe(2 * HOUR);
});

test('the end is counted from the sign-in: activity prolongs a session by its idle time only', async () => {
  const realm = servedRealm(policy);
  expect(await left(realm, ACR_MFA, { ago: 7 * HOUR })).toBe(HOUR);
  expect(await left(realm, ACR_MFA, { ago: 9 * HOUR })).toBe(1);
});

test('members of a stricter organization have its session, other people the realm’s', async () => {
  const realm = servedRealm(policy);
  expect(await left(realm, ACR_MFA, { member: true })).toBe(HOUR);
  // The account of the request is not the one of the session.
  expect(await left(realm, ACR_MFA, { member: true, accountId: 'eve' })).toBe(8 * HOUR);
});
