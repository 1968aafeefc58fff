import { SoftAuthenticator } from '@sparekey/testing';
import { base32 } from './base32.ts';
import type { Chance } from './chance.ts';
import { totpAt } from './given.ts';
import type { SeenForm, SeenPage } from './pages.ts';
import type { Browser, Person, World } from './world.ts';

export type Fields = [name: string, value: string][];

/** Everything a form ever posted as `action`, and some that none does. */
const actions = [
  'continue',
  'later',
  'cancel',
  'allow',
  'deny',
  'passkey',
  'not_me',
  'resend',
  'end:all',
  'end:current',
  'try:backup_code',
  'try:totp',
  'try:webauthn',
  'try:email',
  'try:sms',
  'try:password',
  'try:new_codes',
  'skip',
  '',
] as const;

/** Fills in forms as people and attackers do: mostly right where the secret is known, and else in every wrong way. */
export class Filler {
  readonly #chance: Chance;
  readonly #world: World;
  readonly #origin: string;
  #words = 0;
  /** The code of the last form was used already: somebody honest waits for the next one. */
  waits = false;

  constructor(chance: Chance, world: World, origin: string) {
    this.#chance = chance;
    this.#world = world;
    this.#origin = origin;
  }

  /** What `browser` posts of a form; sometimes with something missing, repeated, extra or of another page. */
  fill(browser: Browser, page: SeenPage, form: SeenForm): Fields {
    this.waits = false;
    const button = this.#button(form, browser);
    const newPassword = this.#newPassword(browser.aim);
    const fields: Fields = [...form.inputs].map(([name, value]) => [
      name,
      this.#value(name, value, browser, page, newPassword),
    ]);
    fields.push(['action', button]);
    return this.#spoil(fields);
  }

  #button({ buttons }: SeenForm, { aim, knows }: Browser): string {
    if (this.#chance.happens(0.05)) return this.#chance.pick(actions);
    const byPasskey = knows === 'all' && aim.keys.size > 0 && buttons.includes('passkey');
    if (byPasskey && this.#chance.happens(aim.password === undefined ? 0.7 : 0.2)) return 'passkey';
    const main = buttons.find((button) => button === 'continue' || button === 'allow');
    if (main !== undefined && this.#chance.happens(0.75)) return main;
    if (buttons.includes('try:backup_code') && this.#chance.happens(0.5)) return 'try:backup_code';
    const others = buttons.filter((button) => button !== 'cancel' || this.#chance.happens(0.2));
    return this.#chance.any(others) ?? 'continue';
  }

  #spoil(fields: Fields): Fields {
    if (this.#chance.happens(0.88)) return fields;
    const victim = this.#chance.below(fields.length);
    switch (this.#chance.pick(['drop', 'empty', 'repeat', 'csrf', 'step', 'extra'])) {
      case 'drop':
        return fields.filter((_, index) => index !== victim);
      case 'empty':
        return fields.map(([name, value], index) => [name, index === victim ? '' : value]);
      case 'repeat':
        return [...fields, ...fields.slice(victim, victim + 1)];
      case 'csrf':
        return fields.map(([name, value]) => [name, name === 'csrf' ? `${value.slice(1)}A` : value]);
      case 'step': {
        const step = this.#chance.pick([
          'identify',
          'factor',
          'recovery',
          'enrol',
          'replenish',
          'action',
          'consent',
          'done',
        ]);
        return fields.map(([name, value]) => [name, name === 'step' ? step : value]);
      }
      default: {
        const names = new Set(fields.map(([name]) => name));
        const extra: Fields = [
          ['userId', this.#world.people.keys().next().value ?? ''],
          ['acr', 'phr'],
          ['sent', 'yes'],
          ['trust', 'yes'],
          ['lost', 'all'],
          ['backup_code', this.#chance.any([...this.#world.people.values()])?.spentCodes[0] ?? 'AAAA-AAAA'],
        ];
        return [...fields, ...extra.filter(([name]) => !names.has(name))];
      }
    }
  }

  #value(name: string, shown: string, browser: Browser, page: SeenPage, newPassword: string): string {
    const { aim, knows } = browser;
    const right = this.#chance.happens(0.88);
    const all = right && knows === 'all';
    switch (name) {
      case 'csrf':
      case 'step':
      case 'sent':
        return shown;
      case 'username':
        return this.#username(aim);
      case 'password':
        return right && knows !== 'nothing' ? (aim.password ?? '') : this.#wrongPassword(aim);
      case 'otp':
        return this.#otp(page, all ? aim : undefined);
      case 'backup_code':
        return this.#backupCode(all ? aim : undefined);
      case 'confirm_code':
        return (right ? this.#chance.any(page.codes) : undefined) ?? this.#lastPending(aim, right);
      case 'email_code':
      case 'sms_code':
        return this.#sentCode(name === 'email_code' ? 'email' : 'sms', page, all);
      case 'webauthn':
        return this.#passkey(browser, page, all);
      case 'new_password':
      case 'new_password_again':
        return this.#chance.happens(0.95) ? newPassword : 'another one entirely';
      case 'email':
        return this.#chance.weighted([
          [6, shown],
          [1, `new-${this.#chance.below(1000)}@example.com`],
          [1, this.#chance.any([...this.#world.people.values()])?.email ?? ''],
        ]);
      case 'trust':
        return this.#chance.happens(0.3) ? 'yes' : 'no';
      case 'lost':
        return this.#chance.happens(0.5) ? 'all' : shown;
      case 'label':
        return this.#chance.weighted([
          [8, ''],
          [2, 'Pixel <b>"&'],
          [1, 'x'.repeat(61)],
        ]);
      default:
        return shown;
    }
  }

  #username(aim: Person): string {
    return this.#chance.weighted([
      [14, aim.username],
      [2, aim.email],
      [1, ` ${aim.username.toUpperCase()} `],
      [1, this.#chance.any([...this.#world.people.values()])?.username ?? ''],
      [1, 'nobody'],
      [1, ''],
    ]);
  }

  #wrongPassword(aim: Person): string {
    return this.#chance.weighted([
      [4, 'wrong'],
      [1, ''],
      [1, aim.earlierPasswords.at(-1) ?? 'x'],
      [1, this.#chance.any([...this.#world.people.values()])?.password ?? ''],
    ]);
  }

  #newPassword(aim: Person): string {
    this.#words += 1;
    return this.#chance.weighted([
      [8, `plinth ocarina ${this.#words} tr7 ${aim.username.length}`],
      [1, 'password'],
      [1, aim.password ?? ''],
    ]);
  }

  /** Of the app that the page sets up, of one of the person's, of a moment ago, or of nobody. */
  #otp(page: SeenPage, aim: Person | undefined): string {
    const here = Math.floor(Date.now() / 30_000);
    if (page.totpSecret !== undefined && this.#chance.happens(0.85)) return totpAt(base32(page.totpSecret), here);
    const secrets = [...(aim?.totp.values() ?? [])];
    const totp = this.#chance.any(secrets);
    const off = this.#chance.weighted([
      [10, 0],
      [2, 1],
      [2, -1],
      [1, -3],
    ]);
    this.waits = totp !== undefined && totp.last >= here + off + this.#world.passedSteps;
    return totp === undefined ? this.#chance.pick(['000000', '123456', '12', '']) : totpAt(totp.secret, here + off);
  }

  #backupCode(aim: Person | undefined): string {
    const any = this.#chance.any([...this.#world.people.values()]);
    const of = (person: Person | undefined) => [...(person?.codes ?? [])].filter(([set]) => !set.startsWith('pending'));
    const good = this.#chance.any(of(aim).flatMap(([, codes]) => codes));
    const pass = [...this.#world.passes].find(([, owner]) => owner === aim?.id)?.[0];
    return this.#chance.weighted([
      [aim === undefined ? 0 : 8, good ?? 'AAAA-AAAA'],
      [pass === undefined ? 0 : 8, pass ?? ''],
      [1, 'AAAA-AAAA'],
      [1, 'AAAA'],
      [1, any?.spentCodes.at(-1) ?? ''],
      // A code of a set that was never confirmed, of whomever.
      [1, [...(any?.codes ?? [])].find(([set]) => set.startsWith('pending'))?.[1][0] ?? ''],
      [1, any === aim ? '' : (of(any)[0]?.[1][0] ?? '')],
    ]);
  }

  #lastPending(aim: Person, right: boolean): string {
    const [, codes = []] = [...aim.codes].findLast(([set]) => set.startsWith('pending')) ?? [];
    return (right ? this.#chance.any(codes) : undefined) ?? 'AAAA-AAAA';
  }

  #sentCode(kind: 'email' | 'sms', page: SeenPage, all: boolean): string {
    const good = this.#world.sentCodes.get(`${page.uid}:${kind}`);
    if (all && good !== undefined) return good.code;
    return this.#chance.any([...this.#world.sentCodes.values()].slice(-5))?.code ?? '00000000';
  }

  #passkey(browser: Browser, page: SeenPage, all: boolean): string {
    const { ceremony } = page;
    const earlier = [...this.#world.answers.keys()];
    if (ceremony === undefined || this.#chance.happens(0.08)) return this.#chance.any(earlier.slice(-8)) ?? '';
    const create = ceremony.kind === 'create';
    const known = this.#chance.any([...browser.aim.keys]);
    if (!create && (!all || known === undefined))
      return this.#chance.pick(['', '{}', 'nonsense', earlier.at(-1) ?? '']);
    const made = create ? new SoftAuthenticator(this.#origin) : (known?.[1] as SoftAuthenticator);
    const lies = this.#chance.weighted([
      [16, {}],
      [1, { origin: 'https://evil.example' }],
      [1, { foreignKey: true }],
      [1, { challenge: 'AAAA' }],
      [1, { rpId: 'evil.example' }],
      [2, { userVerified: false }],
    ]);
    const lied = Object.keys(lies).filter((lie) => lie !== 'userVerified');
    // A new key signs nothing with itself here, so another one's signature is no lie.
    const honest = lied.length === 0 || (create && lied[0] === 'foreignKey');
    const value = create ? made.create(ceremony.options, lies) : made.get(ceremony.options, lies);
    this.#world.answers.set(value, {
      person: create ? personOf(ceremony.options.user?.id) : browser.aim.id,
      credential: made.credentialId.toString('hex'),
      honest,
      userVerified: !('userVerified' in lies),
      challenge: ceremony.options.challenge,
      place: page.uid ?? '',
      purpose: create ? 'create' : page.step === 'identify' || page.step === 'password' ? 'first' : 'second',
      made,
    });
    return value;
  }
}

/** The id of a person in a user handle. */
function personOf(handle = ''): string {
  const hex = Buffer.from(handle, 'base64url').toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
