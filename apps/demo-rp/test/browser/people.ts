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
}

/** How people come: with a password alone, or imported with an authenticator app. */
export type Roster = Readonly<Record<string, 'newcomer' | 'imported'>>;

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
  const people = Object.entries(roster).map(([username, kind]): [string, Person] => {
    const password = `${username}-at-acme`;
    return [username, kind === 'newcomer' ? { username, password } : { username, password, app: newApp() }];
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

function userOf({ username, password, app }: Person) {
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
    credentials: [{ type: 'password', value: password }, ...(otp ? [otp] : [])],
    realmRoles: ['employee'],
  };
}
