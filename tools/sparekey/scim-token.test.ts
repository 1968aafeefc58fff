import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandLine } from './testing/command-line.ts';

const cli = commandLine(randomBytes(32));

test('a token is told once, two are good at once, and a revoked one makes room', async () => {
  const realm = join(cli.directory, 'realm.json');
  await writeFile(realm, JSON.stringify({ realm: 'acme' }));
  await cli.run('realm', 'import', realm);
  expect(
    (await cli.run('scim', 'connection', 'add', 'acme', 'entra', '--kind', 'server', '--profile', 'entra')).code,
  ).toBe(0);

  const issue = (...more: string[]) => cli.run('scim', 'token', 'issue', 'acme', 'entra', ...more);
  const first = await issue('--label', 'Entra ID');
  expect([first.code, first.out]).toEqual([0, expect.stringMatching(/^sparekey_scim_[\w-]{43}\n$/)]);
  expect(first.err).toMatch(/Good until \d{4}-\d\d-\d\d/);
  const second = JSON.parse((await issue('--days', '30', '--json')).out);
  const third = await issue();
  expect([third.code, third.err]).toEqual([1, expect.stringContaining('revoke the older one first')]);

  const listed = await cli.run('scim', 'token', 'list', 'acme', 'entra');
  expect(listed.out).toMatch(/Entra ID .* never/);
  expect(listed.out).not.toContain('sparekey_scim_');
  expect((await cli.run('scim', 'token', 'revoke', 'acme', 'entra', second.id)).out).toBe('The token is revoked.\n');
  expect((await cli.run('scim', 'token', 'revoke', 'acme', 'entra', second.id)).code).toBe(1);
  expect((await issue()).code).toBe(0);
  expect((await issue('--days', '0')).code).toBe(2);
});
