import { type AccountOperation, accountOperations, type UserId } from '@sparekey/contracts';
import { base32 } from './base32.ts';
import type { Chance } from './chance.ts';
import { totpAt } from './given.ts';
import { Broken } from './oracle.ts';
import type { Snapshot } from './snapshot.ts';
import type { Bearer } from './tokens.ts';
import type { Reply, Sent } from './wire.ts';
import { type Browser, newBrowser, type Person, type Step, type World } from './world.ts';

const operations: [name: string, AccountOperation][] = Object.entries(accountOperations);
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const;

/** What the body of an operation calls what a form calls otherwise. */
const asInForms: Record<string, Record<string, string>> = {
  changePassword: { newPassword: 'new_password' },
  confirmTotp: { code: 'otp' },
  confirmBackupCodes: { code: 'confirm_code' },
};

const nobody: Person = {
  id: '' as UserId,
  username: 'nobody',
  email: '',
  password: undefined,
  earlierPasswords: [],
  totp: new Map(),
  keys: new Map(),
  codes: new Map(),
  spentCodes: [],
};

/** One call, and what it says in the words of a step. */
export interface Call {
  step: Step;
  request: Sent;
}

/** Programs at the account REST: every operation, with every kind of token, and none. */
export class AccountRest {
  readonly #world: World;
  readonly #chance: Chance;
  readonly #origin: string;
  readonly #program: Browser;
  /** What was last begun, of whomever: the secret of an app. */
  #secret = '';
  #shown: readonly string[] = [];
  #words = 0;

  constructor(world: World, chance: Chance, origin: string) {
    this.#world = world;
    this.#chance = chance;
    this.#origin = origin;
    // It has no cookies: whatever it may do is by its token.
    this.#program = newBrowser('a program', '203.0.113.30', nobody, 'nothing');
  }

  call(number: number, bearer: Bearer | undefined, snapshot: Snapshot): Call {
    const [name, operation] = this.#chance.pick(operations as [[string, AccountOperation]]);
    const method = this.#chance.happens(0.95) ? operation.method : this.#chance.pick(methods);
    const path = operation.path.replace('{id}', this.#id(snapshot, bearer));
    const realm = this.#chance.happens(0.97) ? this.#world.realm.name : 'elsewhere';
    const url = new URL(`${this.#origin}/realms/${realm}/account/api${path}`);
    const body = this.#chance.happens(0.95)
      ? this.#body(name)
      : { unexpected: true, userId: this.#chance.any([...this.#world.people.keys()]) };
    const sends = method !== 'GET' && method !== 'HEAD' && operation.body !== undefined;
    const fields = Object.entries(sends ? body : {}).map(
      ([field, value]) => [asInForms[name]?.[field] ?? field, String(value)] as const,
    );
    const step = {
      number,
      browser: this.#program,
      what: 'call',
      method,
      url,
      fields,
      bearer: bearer ?? 'none',
    } as const;
    const headers = {
      accept: 'application/json',
      'x-forwarded-for': this.#program.ip,
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer.token}` }),
      ...(sends ? { 'content-type': 'application/json' } : {}),
    };
    return { step, request: { method, url, headers, ...(sends ? { body: JSON.stringify(body) } : {}) } };
  }

  /** Fails on an answer that nobody had a right to, and on one about somebody else; returns the codes that it shows. */
  judge({ bearer, method, url }: Step, { status, body }: Reply): readonly string[] {
    if (status >= 500) throw new Broken(`${status}: ${body.slice(0, 300)}`);
    if (status >= 300) return [];
    const what = `${method} ${url.pathname}`;
    if (bearer === undefined || bearer === 'none') throw new Broken(`${what} answered ${status} without a token`);
    if (!bearer.mayAccount) throw new Broken(`${what} answered ${status} to a token without the scope`);
    if (body === '') return [];
    const answer = JSON.parse(body) as { id?: string; username?: string; secret?: string; codes?: string[] };
    if (answer.username !== undefined && answer.id !== bearer.proven.person)
      throw new Broken(`${what} is about someone else`);
    this.#secret = answer.secret ?? this.#secret;
    this.#shown = answer.codes ?? this.#shown;
    return answer.codes ?? [];
  }

  /** Of something of the person's, or of somebody else's, or of nothing. */
  #id({ people, sessions }: Snapshot, bearer: Bearer | undefined): string {
    const own = bearer !== undefined && this.#chance.happens(0.7) ? people.get(bearer.proven.person) : undefined;
    const person = own ?? this.#chance.any([...people.values()]);
    const ids = [...Object.keys(person?.totp ?? {}), ...Object.values(person?.keys ?? {})];
    const session = this.#chance.any([...sessions.values()])?.uid;
    return this.#chance.any([...ids, ...ids, session ?? 'none', 'app', 'none']) ?? 'none';
  }

  #body(name: string): Record<string, unknown> {
    const code = this.#chance.any(this.#shown) ?? 'AAAA-AAAA';
    switch (name) {
      case 'changeProfile': {
        const email = `rest-${this.#chance.below(1000)}@example.com`;
        return { firstName: 'Ada', ...(this.#chance.happens(0.3) ? { email } : {}) };
      }
      case 'changePassword': {
        this.#words += 1;
        return { newPassword: this.#chance.happens(0.9) ? `lacuna fjord ${this.#words} hq4` : 'password' };
      }
      case 'renameFactor':
        return { label: 'Tablet' };
      case 'sendPhoneCode':
        return { number: `+39333${2_000_000 + this.#chance.below(1000)}` };
      case 'confirmPhone':
        return { number: '+393332000001', code: '000000' };
      case 'confirmTotp':
        return { code: this.#appCode() };
      case 'confirmBackupCodes':
        return { code: this.#chance.happens(0.9) ? code : 'AAAA-AAAA' };
      default:
        return {};
    }
  }

  #appCode(): string {
    if (this.#secret === '' || this.#chance.happens(0.1)) return '000000';
    return totpAt(base32(this.#secret), Math.floor(Date.now() / 30_000));
  }
}
