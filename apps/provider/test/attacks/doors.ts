import { createHmac } from 'node:crypto';
import { CALLBACK } from '../../src/testing/storage.ts';
import type { Sparekey } from './sparekey.ts';
import type { Person, Visitor } from './target.ts';

/** Presents a secret where one of some kind is taken; true when something opened. */
export type Door = (value: string) => Promise<boolean>;

/** Of whom every door is, and what their browser knows besides. */
export interface Resident {
  target: Sparekey;
  person: Person;
  verifier: string;
  /** The cookie under which a browser that is known to the person keeps its secret. */
  deviceCookie: string;
}

/** Every door at which a secret is taken, as it stands open to whoever knows the password and could sign cookies. */
export function doorsOf({ target, person, verifier, deviceCookie }: Resident) {
  const { issuer } = target;
  const app = { authorization: `Basic ${Buffer.from('app:secret').toString('base64')}` };
  const protocol = `${issuer}/protocol/openid-connect`;

  async function ask(path: string, form: Record<string, string>): Promise<{ status: number; body: string }> {
    const init = { method: 'POST', headers: app, body: new URLSearchParams(form) };
    const response = await fetch(`${protocol}/${path}`, init);
    return { status: response.status, body: await response.text() };
  }

  const grant = async (form: Record<string, string>) => (await ask('token', form)).status === 200;

  /** As a browser that holds one cookie, whose signature is right. */
  async function withCookie(name: string, value: string, address: string): Promise<string> {
    const pair = `${name}=${value}`;
    const signature = createHmac('sha1', cookieKey(target)).update(pair).digest('base64url');
    const headers = { cookie: `${pair}; ${name}.sig=${signature}`, accept: 'text/html' };
    return (await fetch(address, { headers, redirect: 'manual' })).text();
  }

  const link =
    (path: string): Door =>
    async (value) => {
      const { html, status } = await target.visitor().open(`${issuer}/${path}/${encodeURIComponent(value)}`);
      return status === 200 && html.includes('method="post"');
    };

  const field =
    (proof: 'totp' | 'backup_code'): Door =>
    async (value) => {
      const visitor = await halfway(target, person);
      if (proof === 'backup_code') await visitor.another('backup_code');
      const { status, asks } = await visitor.prove(proof, value);
      return status < 400 && asks !== proof && asks !== 'sign_in';
    };

  return {
    code: (code) => grant({ grant_type: 'authorization_code', redirect_uri: CALLBACK, code, code_verifier: verifier }),
    refresh: (token) => grant({ grant_type: 'refresh_token', refresh_token: token }),
    access: async (value) => {
      const headers = { authorization: `Bearer ${value}` };
      return (await fetch(`${protocol}/userinfo`, { headers })).status === 200;
    },
    introspection: async (token) => (await ask('token/introspect', { token })).body.includes('"active":true'),
    pushed: async (value) => {
      const uri = value.startsWith('urn:') ? value : `urn:ietf:params:oauth:request_uri:${value}`;
      const query = new URLSearchParams({ client_id: 'app', request_uri: uri });
      return (await target.visitor().open(`${protocol}/auth?${query}`)).asks === 'sign_in';
    },
    reset: link('reset-password'),
    verification: link('verify-email'),
    veto: link('not-me'),
    signIn: async (value) => {
      const page = await withCookie('sparekey_interaction', value, `${issuer}/sign-in/${encodeURIComponent(value)}`);
      return page.includes('name="password"');
    },
    session: async (value) =>
      (await withCookie('sparekey_session', value, `${issuer}/account`)).includes(person.username),
    password: async (value) => {
      await pardon(target);
      const visitor = target.visitor();
      await visitor.begin();
      const { status, asks } = await visitor.signIn(person.username, value);
      return status < 400 && asks !== 'sign_in';
    },
    totp: field('totp'),
    backupCode: field('backup_code'),
    device: async (value) => {
      await pardon(target);
      const visitor = target.visitor();
      visitor.browser.plant([{ name: deviceCookie, value, path: '/' }]);
      await visitor.begin();
      return (await visitor.signIn(person.username, person.password)).asks === 'arrived';
    },
  } satisfies Record<string, Door>;
}

/** After the password, where a second factor is asked for. */
export async function halfway(target: Sparekey, person: Person): Promise<Visitor> {
  await pardon(target);
  const visitor = target.visitor();
  await visitor.begin();
  await visitor.signIn(person.username, person.password);
  return visitor;
}

/** Forgets all failures, so that a limit does not hide what a door would answer. */
async function pardon({ acme }: Sparekey): Promise<void> {
  await acme.storage.database.count({ name: 'test_pardon', text: 'delete from attempt_counter', values: [] });
}

const cookieKey = ({ acme }: Sparekey): string =>
  acme.storage.keyring.deriveKey(`cookies/${acme.realm.id}`).toString('base64url');
