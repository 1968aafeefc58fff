import { createHmac } from 'node:crypto';
import { uidOf } from './pages.ts';
import type { Person, Step, World } from './world.ts';

/** A right secret that a request carried: what it proves, of whom, and what of it works once. */
export interface Given {
  proof: string;
  person: string;
  secret: string;
  /** Spends it: from now on it proves nothing. */
  spend(): void;
}

/** RFC 6238 with SHA-1, 6 digits and 30 s, written apart from the product's. */
export function totpAt(secret: Buffer, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac('sha1', secret).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0xf;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** As people may type a code. */
export const bare = (code: string): string => code.replace(/[\s-]/g, '').toUpperCase();

/** Steps by which a code may be off and still be somebody's: wider than the product takes. */
const WINDOW = 4;

/** Everything true that a request says, whatever was asked for. What it does not say it cannot have proven. */
export function givenIn(world: World, { fields, url }: Step): Given[] {
  const all: Given[] = [];
  const uid = uidOf(url.pathname) ?? '';
  const values = (name: string) => fields.filter(([field]) => field === name).map(([, value]) => value);
  const once = (secret: string) => ({ secret, spend: () => void world.spent.add(secret) });
  const unspent = (secret: string) => !world.spent.has(secret);

  for (const password of values('password')) {
    for (const person of world.people.values()) {
      if (password !== '' && person.password === password)
        all.push({ proof: 'password', person: person.id, secret: 'password', spend: () => {} });
    }
  }
  for (const typed of values('otp')) {
    for (const person of world.people.values()) all.push(...appCodes(world, person, typed));
  }
  for (const typed of values('backup_code')) {
    for (const person of world.people.values()) {
      const secret = `code:${person.id}:${bare(typed)}`;
      const isTheirs = [...person.codes.values()].some((codes) => codes.some((code) => bare(code) === bare(typed)));
      if (isTheirs && unspent(secret)) all.push({ proof: 'backup_code', person: person.id, ...once(secret) });
    }
    const owner = world.passes.get(bare(typed));
    const secret = `pass:${bare(typed)}`;
    if (owner !== undefined && unspent(secret)) all.push({ proof: 'pass', person: owner, ...once(secret) });
  }
  for (const kind of ['email', 'sms'] as const) {
    for (const typed of values(`${kind}_code`)) {
      const sent = world.sentCodes.get(`${uid}:${kind}`);
      const secret = `sent:${uid}:${kind}:${sent?.code}`;
      if (sent === undefined || bare(sent.code) !== bare(typed) || !unspent(secret)) continue;
      for (const proof of [kind, 'other_channel', ...(kind === 'email' ? ['mail'] : [])])
        all.push({ proof, person: sent.person, ...once(secret) });
    }
  }
  for (const value of values('webauthn')) {
    const answer = world.answers.get(value);
    if (answer === undefined || !answer.honest || answer.purpose === 'create' || answer.place !== uid) continue;
    const secret = `challenge:${answer.purpose}:${answer.challenge}`;
    if (!unspent(secret) || !world.people.get(answer.person)?.keys.has(answer.credential)) continue;
    const proof = answer.purpose === 'first' ? 'passkey' : 'webauthn';
    // Without a fingerprint or PIN a passkey is one factor: it opens no sign-in (kanidm#2274).
    if (proof === 'webauthn' || answer.userVerified) all.push({ proof, person: answer.person, ...once(secret) });
    if (proof === 'webauthn') all.push({ proof: 'other_channel', person: answer.person, ...once(secret) });
  }
  return all;
}

function appCodes(world: World, person: Person, typed: string): Given[] {
  const here = Math.floor(Date.now() / 30_000);
  const found: Given[] = [];
  for (const [id, totp] of person.totp) {
    for (let step = here - WINDOW; step <= here + WINDOW; step += 1) {
      const passed = step + world.passedSteps;
      if (passed <= totp.last || totpAt(totp.secret, step) !== bare(typed)) continue;
      const spend = () => {
        totp.last = Math.max(totp.last, passed);
      };
      found.push({ proof: 'totp', person: person.id, secret: `totp:${id}:${passed}`, spend });
      found.push({ proof: 'other_channel', person: person.id, secret: `totp:${id}:${passed}`, spend });
    }
  }
  return found;
}
