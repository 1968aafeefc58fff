import { createHash } from 'node:crypto';
import type { Storage } from '@sparekey/storage';
import { type Answer, Cookies, send } from '../flows/http.ts';
import { CALLBACK, CLIENT, PASSWORD, type Somebody } from './people.ts';
import { totpCode } from './totp-code.ts';

const challenge = createHash('sha256').update('v'.repeat(43)).digest('base64url');

/** A browser without JavaScript that signs in. */
class Visitor {
  readonly #cookies = new Cookies();
  readonly #origin: string;
  #url = '';
  html = '';

  constructor(origin: string) {
    this.#origin = origin;
  }

  /** Follows what the provider answers; true when it led back to the application. */
  async #follow(answer: Answer): Promise<boolean> {
    let at = answer;
    for (let hops = 0; hops < 10; hops += 1) {
      this.#cookies.take(at);
      const location = at.headers.location;
      if (typeof location !== 'string') {
        this.html = at.body;
        return false;
      }
      if (location.startsWith(CALLBACK)) return location.includes('code=');
      this.#url = new URL(location, this.#url || this.#origin).href;
      at = await send(this.#url, { headers: this.#cookies.header() });
    }
    throw new Error('the provider sends in circles');
  }

  async begin(): Promise<void> {
    const query = new URLSearchParams({
      client_id: CLIENT,
      response_type: 'code',
      scope: 'openid',
      redirect_uri: CALLBACK,
      code_challenge: challenge,
      code_challenge_method: 'S256',
    });
    this.#url = `${this.#origin}/realms/bench/protocol/openid-connect/auth?${query}`;
    await this.#follow(await send(this.#url));
  }

  async submit(form: Record<string, string>): Promise<boolean> {
    const hidden = [...this.html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)];
    const all = { ...Object.fromEntries(hidden.map(([, name, value]) => [name, value])), action: 'continue', ...form };
    const headers = { ...this.#cookies.header(), origin: this.#origin };
    return this.#follow(await send(this.#url, { form: all, headers }));
  }

  /** The options that the page has for the browser's WebAuthn. */
  options(): { challenge: string } {
    const [, text = '{}'] = /data-options="([^"]*)"/.exec(this.html) ?? [];
    return JSON.parse(text.replaceAll('&quot;', '"').replaceAll('&amp;', '&')) as { challenge: string };
  }
}

async function sentCode(storage: Storage, kind: 'mail' | 'sms'): Promise<string> {
  for (const { secret } of await storage.outboxQueue.claim(100, [kind])) {
    const letter = secret?.letter as { kind?: string; code?: string } | undefined;
    if (letter?.kind === 'sign_in_code' && letter.code !== undefined) return letter.code;
    const [code] = /\b\d{6}\b/.exec(String(secret?.text ?? '')) ?? [];
    if (code !== undefined) return code;
  }
  throw new Error(`no code came by ${kind}`);
}

/** One whole sign-in, to the code for the application; a backup code's ends where the repair of the account begins. */
export async function signIn(origin: string, storage: Storage, person: Somebody): Promise<void> {
  const visitor = new Visitor(origin);
  await visitor.begin();
  let isBack: boolean;
  if (person.kind === 'passkey') {
    isBack = await visitor.submit({ action: 'passkey', webauthn: person.key?.get(visitor.options()) ?? '' });
  } else {
    isBack = await visitor.submit({ username: person.username, password: PASSWORD });
    if (person.kind === 'totp') isBack = await visitor.submit({ otp: totpCode(person.totpSecret ?? Buffer.alloc(0)) });
    if (person.kind === 'webauthn')
      isBack = await visitor.submit({ webauthn: person.key?.get(visitor.options()) ?? '' });
    if (person.kind === 'email') isBack = await visitor.submit({ email_code: await sentCode(storage, 'mail') });
    if (person.kind === 'sms') isBack = await visitor.submit({ sms_code: await sentCode(storage, 'sms') });
    if (person.kind === 'backup_code') {
      await visitor.submit({ action: 'try:backup_code' });
      await visitor.submit({ backup_code: person.codes[3] ?? '' });
      if (visitor.html.includes('name="backup_code"')) throw new Error('the backup code was not taken');
      return;
    }
  }
  if (!isBack && visitor.html.includes('value="later"')) isBack = await visitor.submit({ action: 'later' });
  if (!isBack)
    throw new Error(
      `a sign-in with ${person.kind} did not end: ${visitor.html.replace(/<[^>]+>/g, ' ').slice(0, 400)}`,
    );
}
