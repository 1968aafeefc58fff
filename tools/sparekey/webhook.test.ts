import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandLine } from './testing/command-line.ts';

const configured = `whsec_${randomBytes(32).toString('base64')}`;
const cli = commandLine(randomBytes(32), {
  SPAREKEY_WEBHOOK_URL: 'https://hooks.example/sparekey',
  SPAREKEY_WEBHOOK_SECRET: configured,
});

test('a new secret is told once, the one before stands beside it until its end, and no list shows either', async () => {
  const master = join(cli.directory, 'master.json');
  await writeFile(master, JSON.stringify({ realm: 'master' }));
  expect((await cli.run('realm', 'import', master)).code).toBe(0);
  const list = async () => JSON.parse((await cli.run('webhook', 'list', '--json')).out);
  expect(await list()).toEqual([{ receiver: 'notices', secret: 'settings', since: null, until: null }]);

  const rotated = await cli.run('webhook', 'rotate', 'notices', '--operator', 'olga', '--overlap-hours', '2');
  expect([rotated.code, rotated.out]).toEqual([0, expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=\n$/)]);
  expect(rotated.err).toContain('The one before signs too until');
  const [current, before] = await list();
  expect(current.until).toBeNull();
  expect(Date.parse(before.until) - Date.parse(current.since)).toBe(2 * 3_600_000);
  const shown = (await cli.run('webhook', 'list')).out;
  for (const secret of [configured, rotated.out.trim()]) expect(shown).not.toContain(secret.slice(6));
});

test('what is signed by nobody has no secret to replace, and what is asked for has bounds', async () => {
  const refused = await cli.run('webhook', 'rotate', 'sms', '--operator', 'olga');
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('No webhook is set up for sms')]);
  expect((await cli.run('webhook', 'rotate', 'notices', '--operator', 'olga', '--overlap-hours', '721')).code).toBe(2);
});
