import { createHash } from 'node:crypto';
import type { OrganizationId, UserId } from '@sparekey/contracts';
import type { Policy } from '@sparekey/policy';
import type { Realm } from '@sparekey/realms';
import type { SoftAuthenticator } from '@sparekey/testing';
import type { SeenPage } from './pages.ts';
import type { Snapshot } from './snapshot.ts';
import type { Bearer } from './tokens.ts';
import { Cookies } from './wire.ts';

/** Everything that one person knows and has: the truth, whatever the product believes. */
export interface Person {
  id: UserId;
  username: string;
  email: string;
  password: string | undefined;
  earlierPasswords: string[];
  /** By id; `last` is the last step that was accepted, on the clock of the walk. */
  totp: Map<string, { secret: Buffer; last: number }>;
  /** By credential id, in hex. */
  keys: Map<string, SoftAuthenticator>;
  /** By set, in order of their index. */
  codes: Map<string, string[]>;
  spentCodes: string[];
}

/** What the holder of a browser can fill in: all of somebody's secrets, the password alone, or nothing. */
export type Knowledge = 'all' | 'password' | 'nothing';

/** One browser profile and who sits before it. */
export interface Browser {
  name: string;
  cookies: Cookies;
  ip: string;
  aim: Person;
  knows: Knowledge;
  page: SeenPage | undefined;
  history: SeenPage[];
  /** Where a redirect leads that was not followed yet. */
  pending: URL | undefined;
  /** People whose backup code was accepted here: their recovery may be taken up again here. */
  recovering: Set<string>;
  /** People whose second factor this browser may be spared. */
  trusted: Set<string>;
}

export function newBrowser(name: string, ip: string, aim: Person, knows: Knowledge): Browser {
  const empty = { page: undefined, history: [], pending: undefined };
  return { name, ip, aim, knows, cookies: new Cookies(), ...empty, recovering: new Set(), trusted: new Set() };
}

/** An answer of an authenticator, as it was made. */
export interface Answer {
  person: string;
  credential: string;
  /** Nothing in it is a lie. */
  honest: boolean;
  userVerified: boolean;
  challenge: string;
  /** Where its challenge was shown, and for what. */
  place: string;
  purpose: 'first' | 'second' | 'create';
  made: SoftAuthenticator;
}

export interface MailLink {
  kind: 'reset' | 'verify' | 'not-me';
  token: string;
  person: string;
  email: string;
  used: boolean;
}

/** A request of the walk. */
export interface Step {
  number: number;
  browser: Browser;
  /** For people who read a failure. */
  what: string;
  method: string;
  url: URL;
  fields: readonly (readonly [name: string, value: string])[];
  /** Of a program: its token, or none. What it may do is by that, whoever sits before a browser. */
  bearer?: Bearer | 'none';
}

/** What the organization of a world decides. */
export const strict = {
  secondFactor: { required: 'required' },
  recovery: { whenMedium: 'other_channel', coolDownHours: 72 },
} as const;

/** What is true in one realm. */
export class World {
  readonly realm: Realm;
  readonly people = new Map<string, Person>();
  /** What works once and did. */
  readonly spent = new Set<string>();
  readonly answers = new Map<string, Answer>();
  /** The good code of a sign-in, by uid and kind. */
  readonly sentCodes = new Map<string, { code: string; person: string; at: number }>();
  readonly links: MailLink[] = [];
  /** Passes by their text. */
  readonly passes = new Map<string, string>();
  /** Moments, on the clock of the walk, at which recoveries were approved or began, by uid. */
  readonly recoveries = new Map<string, { person: string; at: number; approved: boolean }>();
  /** One that decides more strictly than its realm; every third newcomer joins it. */
  readonly organization: OrganizationId | undefined;
  readonly members = new Set<string>();
  #passedSeconds = 0;

  constructor(realm: Realm, organization?: OrganizationId) {
    this.realm = realm;
    this.organization = organization;
  }

  /** What holds for a person, whatever the product makes of realm and organization. */
  policyOf(person: string): Policy {
    const { policy } = this.realm;
    if (!this.members.has(person)) return policy;
    const { secondFactor, recovery } = strict;
    return {
      ...policy,
      secondFactor: { ...policy.secondFactor, ...secondFactor },
      recovery: { ...policy.recovery, ...recovery },
    };
  }

  /** Seconds on the clock of the walk. */
  now(): number {
    return Date.now() / 1000 + this.#passedSeconds;
  }

  /** A moment that the database holds, in seconds since the epoch, on the clock of the walk. */
  onClock(stored: number): number {
    return stored + this.#passedSeconds;
  }

  passed(seconds: number): void {
    this.#passedSeconds += seconds;
  }

  byLogin(login: string): Person | undefined {
    const wanted = login.normalize('NFKC').trim().toLowerCase();
    return [...this.people.values()].find(
      ({ username, email }) => wanted !== '' && (username === wanted || email === wanted),
    );
  }

  /** Steps that the clock of the walk is ahead of the machine's. */
  get passedSteps(): number {
    return this.#passedSeconds / 30;
  }
}

/** The session of a browser, as the database knows it: its cookie, hashed. */
export function sessionIn(browser: Browser, snapshot: Snapshot) {
  const cookie = browser.cookies.value('sparekey_session');
  if (cookie === undefined) return undefined;
  return snapshot.sessions.get(createHash('sha256').update(`Session:${cookie}`).digest('hex'));
}
