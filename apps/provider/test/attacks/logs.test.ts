import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Sparekey, sparekey } from './sparekey.ts';

let target: Sparekey;
const lines: string[] = [];
beforeAll(async () => {
  target = await sparekey({}, (line) => void lines.push(line));
});
afterAll(() => target.close());

const CANARY = 'forged-entry';

/** Ends a line, an entry of JSON, a field of CSV, the colour of a terminal; and looks like an entry of its own. */
const hostile = [
  `x\r\n{"level":"info","msg":"${CANARY}"}\n`,
  `x"},{"level":"info","msg":"${CANARY}"`,
  `x\u001b[2J\u001b[31m\u0007\u0008${CANARY}\u009b`,
  `x\u2028\u2029\u0085\u202e${CANARY}`,
  `=cmd|'${CANARY}'!A0`,
];

const fieldsOfForms = ['username', 'password', 'otp', 'backup_code', 'email_code', 'webauthn', 'confirm_code', 'label'];

test('H55: no text of a browser begins an entry of the log or of the audit trail, in whatever field it comes (KC#25078)', async () => {
  const person = await target.person();
  for (const text of hostile) {
    const visitor = target.visitor();
    const hints = { login_hint: text, state: text, nonce: text, ui_locales: text, acr_values: text, claims: text };
    await visitor.begin({ ...hints, scope: `openid ${text}`, prompt: 'login', kc_action: text });
    await visitor.begin({ login_hint: text });
    for (const field of fieldsOfForms) await visitor.post({ username: person.username, password: 'x', [field]: text });
    await visitor.post({ action: text, step: text, csrf: text });
    // What a script of a page would hand on of a failed passkey, as an answer and as an error.
    for (const response of [{ name: text, message: text }, { clientDataJSON: Buffer.from(text).toString('base64url') }])
      await visitor.post({
        action: 'passkey',
        webauthn: JSON.stringify({ id: text, rawId: text, type: text, response }),
      });
    await visitor.begin();
    await visitor.signIn(person.username, person.password);
    for (const field of fieldsOfForms) await visitor.post({ [field]: text });
    await visitor.another('backup_code');
    await visitor.post({ backup_code: text });
    await visitor.open(`/realms/acme/${encodeURIComponent(text)}?lang=${encodeURIComponent(text)}`);
    const headers = {
      'user-agent': Buffer.from(text)
        .toString('latin1')
        .replace(/[\r\n\0]/g, '\u001b'),
      'x-request-id': 'x\u001b',
    };
    await target
      .visitor()
      .browser.request(`${target.issuer}/account`, { headers })
      .catch(() => undefined);
    await visitor.browser.request(`${target.issuer}/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: text, client_id: text, code: text, scope: text }),
    });
    await target.acme.storage.database.count({ name: 'test_pardon', text: 'delete from attempt_counter', values: [] });
  }
  expect(lines.length).toBeGreaterThan(100);
  const forged = lines.filter((line) => {
    const entry = JSON.parse(line) as { msg?: string };
    const rest = line.slice(0, -1);
    return !line.endsWith('\n') || entry.msg?.includes(CANARY) || /[\p{Cc}\u2028\u2029]/u.test(rest);
  });
  expect(forged).toEqual([]);

  const events = await target.acme.storage.database.rows<{ type: string; text: string }>({
    name: 'test_events',
    text: `select type, concat_ws('|', user_agent, reason, client_id, detail::text) as text from audit_event`,
    values: [],
  });
  expect(events.length).toBeGreaterThan(50);
  const broken = events.filter(({ text }) => /\p{Cc}|\\u00[01]/u.test(text) || text.includes(CANARY));
  expect(broken).toEqual([]);
});
