import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Realm } from '@sparekey/realms';
import { type HostedProvider, startHostedProvider, Visitor } from '../testing/hosted.ts';
import { addClient, addRealm, addUser, openTestStorage, type TestStorage } from '../testing/storage.ts';
import { totpCode } from '../testing/totp-code.ts';

const EXAMPLE = join(import.meta.dirname, '../../../../docs/how-to/account-api/protect.mjs');
const SECRET = Buffer.alloc(20, 9);

let here: TestStorage;
let provider: HostedProvider;
let realm: Realm;
let example: ChildProcessWithoutNullStreams;

beforeAll(async () => {
  here = await openTestStorage();
  provider = await startHostedProvider(here);
  realm = await addRealm(here.storage, 'acme', { backupCodes: { required: 'never' } });
  await addClient(here.storage, realm, {
    clientId: 'demo-command-line',
    name: 'Command line',
    publicClient: true,
    consentRequired: true,
    redirectUris: ['http://127.0.0.1/callback'],
    attributes: { application_type: 'native' },
    scopes: ['account'],
  });
});
afterAll(async () => {
  example?.kill();
  await provider.close();
  await here.close();
});

/** What the example has printed so far, once it holds `pattern`. */
async function printed(pattern: RegExp, output: { text: string }): Promise<RegExpExecArray> {
  for (;;) {
    const found = pattern.exec(output.text);
    if (found !== null) return found;
    if (example.exitCode !== null) throw new Error(`the example ended: ${output.text}`);
    await Promise.race([once(example.stdout, 'data'), once(example, 'exit')]);
  }
}

test('the example of the documentation signs in through the hosted pages, asks for consent, and makes codes that count', async () => {
  const { stores } = here.storage;
  const user = await addUser(here.storage, realm, { username: 'lin' });
  await stores.passwords.set(realm.id, user.id, await provider.engine.hash('lin-at-acme'));
  const app = { label: 'Phone', secret: SECRET, algorithm: 'sha1', digits: 6, periodSeconds: 30 } as const;
  await stores.totp.add(realm.id, user.id, { ...app, lastStep: 0, driftSteps: 0, confirmedAt: new Date() });

  const env = { ...process.env, ISSUER: `${provider.origin}/realms/acme` };
  example = spawn(process.execPath, [EXAMPLE, '--new-codes'], { env });
  const output = { text: '' };
  for (const stream of [example.stdout, example.stderr]) stream.on('data', (data) => (output.text += data));

  const [, address = ''] = await printed(/^Open (\S+)/m, output);
  const visitor = new Visitor(provider, 'acme');
  let page = await visitor.submit(await visitor.open(address), { username: 'lin', password: 'lin-at-acme' });
  page = await visitor.submit(page, { otp: totpCode(SECRET) });
  expect(page.html).toContain('see and change how you sign in');
  page = await visitor.submit(page, { action: 'allow' });
  await fetch(page.url);

  await printed(/^totp Phone$/m, output);
  const [, code = ''] = await printed(/^no backup codes\n(\S+)\n[\s\S]*Type one of them back: $/m, output);
  expect(await stores.backupCodes.active(realm.id, user.id)).toBeUndefined();
  example.stdin.write(`${code}\n`);
  await printed(/The new codes are good now/, output);
  expect(await stores.backupCodes.active(realm.id, user.id)).toMatchObject({ left: 10 });
});
