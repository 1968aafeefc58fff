import { randomBytes } from 'node:crypto';
import { demoPeople, demoRealm } from '@sparekey/realms';
import { AuthenticatorApp } from './authenticator-app.ts';

type RealmFile = ReturnType<typeof demoRealm>;
export type RealmChange = (file: RealmFile) => void;

/** Someone of realm demo with what they know and have. */
export interface Person {
  username: string;
  password: string;
  app?: AuthenticatorApp;
  /** A verified number, E.164. */
  phone?: string;
}

/** How people come: with a password alone, with a verified number beside it, or imported with an authenticator app. */
export type Roster = Readonly<Record<string, 'newcomer' | 'reachable' | 'imported'>>;

/** People of the demo realm, by name. */
export function demoPerson(username: (typeof demoPeople)[number]['username']): Person {
  const found = demoPeople.find((person) => person.username === username);
  if (found === undefined) throw new Error(`${username} is not in the demo realm`);
  const { password } = found;
  return 'totpSecret' in found
    ? { username, password, app: new AuthenticatorApp(found.totpSecret) }
    : { username, password };
}

export function rosterOf(roster: Roster): Map<string, Person> {
  const people = Object.entries(roster).map(([username, kind], index): [string, Person] => {
    const person = { username, password: `${username}-at-acme` };
    if (kind === 'imported') return [username, { ...person, app: newApp() }];
    return [username, kind === 'reachable' ? { ...person, phone: `+3933300000${10 + index}` } : person];
  });
  return new Map(people);
}

function newApp(): AuthenticatorApp {
  return new AuthenticatorApp(
    [...randomBytes(32)].map((byte) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[byte % 32]).join(''),
  );
}

/** The demo realm with these people in it too. */
export function acmeRealm(rpUrl: string, people: ReadonlyMap<string, Person>, change?: RealmChange): RealmFile {
  const file = demoRealm({ rpUrl });
  file.users?.push(...[...people.values()].map(userOf));
  change?.(file);
  return file;
}

function userOf({ username, password, app, phone }: Person) {
  const credentialData = { subType: 'totp', digits: 6, period: 30, algorithm: 'HmacSHA1', secretEncoding: 'BASE32' };
  const otp = app && {
    type: 'otp',
    userLabel: 'Phone',
    secretData: JSON.stringify({ value: app.secret }),
    credentialData: JSON.stringify(credentialData),
  };
  return {
    username,
    email: `${username}@acme.example`,
    emailVerified: true,
    firstName: username,
    enabled: true,
    ...(phone && { attributes: { phoneNumber: [phone], phoneNumberVerified: ['true'] } }),
    credentials: [{ type: 'password', value: password }, ...(otp ? [otp] : [])],
    realmRoles: ['employee'],
  };
}
