import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createTestDatabase, freePort, startProcess, type TestDatabase } from '@sparekey/testing';

const provider = join(import.meta.dirname, 'main.ts');

let database: TestDatabase;
let dataDirectory: string;
const masterKey = randomBytes(32).toString('base64url');

beforeAll(async () => {
  database = await createTestDatabase();
  dataDirectory = await mkdtemp(join(tmpdir(), 'sparekey-main-'));
});

afterAll(async () => {
  await database.drop();
  await rm(dataDirectory, { recursive: true });
});

async function settings(changes: Record<string, string> = {}): Promise<Record<string, string>> {
  return {
    DATABASE_URL: database.url,
    SPAREKEY_MASTER_KEY: masterKey,
    SPAREKEY_DATA_DIR: dataDirectory,
    SPAREKEY_PORT: String(await freePort()),
    SPAREKEY_MANAGEMENT_PORT: String(await freePort()),
    SPAREKEY_LISTEN_ADDRESS: '127.0.0.1',
    ...changes,
  };
}

/** Runs a program that is not to start; what it said, and its exit code. */
async function failing(entry: string, env: Record<string, string>): Promise<{ code: number | null; said: string }> {
  const program = await startProcess({ entry, env });
  const { code } = await program.exited;
  return { code, said: program.output() };
}

describe('the provider as a process', () => {
  test('makes its realms at the first start, serves them, and drains on SIGTERM', async () => {
    const env = await settings({
      SPAREKEY_DEMO: '1',
      SPAREKEY_BOOTSTRAP_ADMIN_USERNAME: 'root',
      SPAREKEY_BOOTSTRAP_ADMIN_PASSWORD: 'correct horse',
      SPAREKEY_BOOTSTRAP_ADMIN_CLIENT_ID: 'ops',
      SPAREKEY_BOOTSTRAP_ADMIN_CLIENT_SECRET: 'correct battery',
    });
    const program = await startProcess({
      entry: provider,
      env,
      readyUrl: `http://127.0.0.1:${env.SPAREKEY_MANAGEMENT_PORT}/health/ready`,
    });
    const url = `http://127.0.0.1:${env.SPAREKEY_PORT}`;
    for (const realm of ['master', 'demo']) {
      const discovery = await fetch(`${url}/realms/${realm}/.well-known/openid-configuration`);
      expect(await discovery.json()).toMatchObject({ issuer: `http://localhost:${env.SPAREKEY_PORT}/realms/${realm}` });
    }
    // Without a mail server a demo shows what it would send.
    expect((await fetch(`${url}/realms/demo/demo-outbox`)).status).toBe(200);
    const token = await fetch(`${url}/realms/master/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: 'ops',
        client_secret: 'correct battery',
        scope: 'roles',
      }),
    });
    const { access_token: accessToken = '' } = (await token.json()) as { access_token?: string };
    const seen = await fetch(`${url}/realms/master/protocol/openid-connect/token/introspect`, {
      method: 'POST',
      body: new URLSearchParams({ token: accessToken, client_id: 'ops', client_secret: 'correct battery' }),
    });
    expect(await seen.json()).toMatchObject({
      active: true,
      username: 'service-account-ops',
      realm_access: { roles: expect.arrayContaining(['admin']) },
    });
    expect(await program.stop()).toMatchObject({ code: 0 });
    expect(program.output()).not.toContain('correct battery');
  });

  test('another master key is refused in words', async () => {
    // The first start seals the database with its key.
    const env = await settings();
    const readyUrl = `http://127.0.0.1:${env.SPAREKEY_MANAGEMENT_PORT}/health/ready`;
    const first = await startProcess({ entry: provider, env, readyUrl });
    await first.stop();
    const other = randomBytes(32).toString('base64url');
    const { code, said } = await failing(provider, await settings({ SPAREKEY_MASTER_KEY: other }));
    expect(code).toBe(1);
    expect(said).toMatch(/Sparekey does not start[\s\S]*master key/);
    expect(said).not.toContain('    at ');
    expect(said).not.toContain(other);
  });

  test('a busy port is told with the setting to change', async () => {
    const holder = createServer();
    const port = await freePort();
    await new Promise<void>((resolve) => holder.listen(port, '127.0.0.1', resolve));
    const { code, said } = await failing(provider, await settings({ SPAREKEY_PORT: String(port) }));
    await new Promise((resolve) => holder.close(resolve));
    expect([code, said.includes('SPAREKEY_PORT')]).toEqual([1, true]);
    expect(said).not.toContain('    at ');
  });

  test.each([
    ['no database of that name', (url: string) => `${url}_absent`, 'does not exist'],
    ['nobody listens', (url: string) => url.replace(/:\d+\//, ':1/'), 'no PostgreSQL answers'],
  ])('a database that cannot be used is told without its password: %s', async (_title, change, told) => {
    const { code, said } = await failing(provider, await settings({ DATABASE_URL: change(database.url) }));
    expect(code).toBe(1);
    expect(said).toContain(told);
    expect(said).not.toContain('postgres:postgres@');
    expect(said).not.toContain('    at ');
  });

  test('a missing database and a realm file that is no JSON are told by their settings', async () => {
    const { DATABASE_URL: _, ...none } = await settings();
    expect((await failing(provider, none)).said).toContain('DATABASE_URL');
    const broken = await failing(provider, await settings({ SPAREKEY_IMPORT_REALMS: import.meta.filename }));
    expect([broken.code, broken.said.includes(`SPAREKEY_IMPORT_REALMS: ${import.meta.filename} is no JSON`)]).toEqual([
      1,
      true,
    ]);
  });
});
