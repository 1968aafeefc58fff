import type { Chance } from './chance.ts';
import type { Snapshot } from './snapshot.ts';
import type { World } from './world.ts';

export interface Target {
  method: string;
  url: URL;
}

/** Pages and endpoints below a realm that need no id. */
const plain = [
  'account',
  'account/profile',
  'account/password',
  'account/authenticators/new',
  'account/passkeys/new',
  'account/backup-codes',
  'account/sessions',
  'account/devices',
  'account/return?state=/realms/other/account',
  'account/return?state=//evil.example',
  'protocol/openid-connect/userinfo',
  'protocol/openid-connect/token',
  'protocol/openid-connect/token/introspect',
  'protocol/openid-connect/revoke',
  'protocol/openid-connect/certs',
  'protocol/openid-connect/logout',
  'protocol/openid-connect/logout/confirm',
  'protocol/openid-connect/ext/par/request',
  '.well-known/openid-configuration',
  'demo-outbox',
] as const;

/** An address that somebody types, guesses or finds in a mail, with any method. */
export function addressOf(
  chance: Chance,
  world: World,
  snapshot: Snapshot,
  { origin, uids }: { origin: string; uids: readonly string[] },
): Target {
  const uid = chance.any(uids) ?? 'nothing';
  const person = chance.any([...snapshot.people.values()]);
  const authenticator =
    chance.any([...Object.keys(person?.totp ?? {}), ...Object.values(person?.keys ?? {})]) ?? 'none';
  const link = chance.any(world.links.slice(-6));
  const folder = link && { reset: 'reset-password', verify: 'verify-email', 'not-me': 'not-me' }[link.kind];
  const path = chance.weighted<string>([
    [8, chance.pick(plain)],
    [2, `sign-in/${uid}`],
    [2, `sign-in/${uid}/forgot`],
    [3, `protocol/openid-connect/auth/${uid}`],
    [4, `account/authenticators/${authenticator}/remove`],
    [1, `account/authenticators/${authenticator}/rename`],
    [link === undefined ? 0 : 8, `${folder}/${link?.token}`],
    // A token of one kind where another is expected (CVE-2026-4325).
    [link === undefined ? 0 : 1, `${chance.pick(['reset-password', 'verify-email', 'not-me'])}/${link?.token}`],
  ]);
  const realm = chance.happens(0.95) ? world.realm.name : 'elsewhere';
  const method = chance.weighted([
    [12, 'GET'],
    [6, 'POST'],
    [1, 'PUT'],
    [1, 'DELETE'],
    [1, 'PATCH'],
  ]);
  return { method, url: new URL(`${origin}/realms/${realm}/${path}`) };
}
