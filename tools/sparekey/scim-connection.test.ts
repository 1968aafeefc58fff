import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandLine } from './testing/command-line.ts';

const cli = commandLine(randomBytes(32));

test('a connection is added, shown, changed and removed; its secret comes from a file and is shown to nobody', async () => {
  const realm = join(cli.directory, 'realm.json');
  await writeFile(realm, JSON.stringify({ realm: 'acme', organizations: [{ name: 'Sales', alias: 'sales' }] }));
  expect((await cli.run('realm', 'import', realm)).code).toBe(0);

  const settings = join(cli.directory, 'crm.json');
  await writeFile(settings, JSON.stringify({ baseUrl: 'https://crm.example/scim', brake: { percent: 5 } }));
  const place = ['scim', 'connection', 'add', 'acme', 'crm'];
  const added = await cli.run(
    ...place,
    'brake.count=3',
    '--kind',
    'target',
    '--profile',
    'aws',
    '--settings',
    settings,
  );
  expect(added).toMatchObject({ code: 0, out: 'crm is paused: its secret is missing.\n' });
  const refused = await cli.run('scim', 'connection', 'add', 'acme', 'erp', 'brake=much', '--kind', 'target');
  expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(/baseUrl: [\s\S]*brake: /)]);

  const secret = join(cli.directory, 'secret');
  await writeFile(secret, 'canary-secret\n');
  const given = await cli.run('scim', 'connection', 'update', 'acme', 'crm', '--secret-file', secret);
  expect(given).toMatchObject({ code: 0, out: 'crm is active, version 2.\n' });
  const changed = await cli.run(
    'scim',
    'connection',
    'update',
    'acme',
    'crm',
    'brake.count=',
    'people=groups',
    '--json',
  );
  expect(JSON.parse(changed.out)).toMatchObject({
    version: 3,
    settings: { people: 'groups', brake: { count: 10, percent: 5 } },
  });

  const shown = await cli.run('scim', 'connection', 'show', 'acme', 'crm');
  expect(shown.out).toMatch(/^profile +aws$[\s\S]*^brake\.percent +5$/m);
  const exported = await cli.run('realm', 'export', 'acme');
  expect(JSON.parse(exported.out)).toMatchObject({ sparekey: { scimConnections: [{ name: 'crm', profile: 'aws' }] } });
  for (const { out, err } of [added, given, changed, shown, exported]) expect(out + err).not.toContain('canary');

  await cli.run('scim', 'connection', 'update', 'acme', 'crm', '--state', 'paused');
  expect((await cli.run('scim', 'connection', 'list', 'acme')).out).toMatch(/crm +target +aws +paused/);
  expect((await cli.run('scim', 'connection', 'remove', 'acme', 'crm')).out).toBe('crm is removed.\n');
  const gone = await cli.run('scim', 'connection', 'show', 'acme', 'crm');
  expect([gone.code, gone.err]).toEqual([1, 'There is no connection crm in acme\n']);
});

test('a mapping is told what is wrong with it, rule and character, and goes with its realm into a file and out of it', async () => {
  const [realm, copy] = [join(cli.directory, 'mapped.json'), join(cli.directory, 'copy.json')];
  await writeFile(realm, JSON.stringify({ realm: 'mapped' }));
  await cli.run('realm', 'import', realm);
  const add = (toAccount: object[]) =>
    cli.run(
      'scim',
      'connection',
      'add',
      'mapped',
      'okta',
      `mapping=${JSON.stringify({ toAccount })}`,
      '--kind',
      'server',
    );
  const username = { target: 'username', value: 'scim.userName' };
  const refused = await add([
    username,
    { target: 'roles', value: 'scim.title' },
    { target: 'email', value: 'main(scim.mail)' },
  ]);
  expect([refused.code, refused.err]).toEqual([
    1,
    expect.stringMatching(/mapping\.toAccount\.1\.target: [\s\S]*mapping\.toAccount\.2\.value: at character 6: /),
  ]);
  const toAccount = [username, { target: 'attributes.nickname', value: 'scim.nickName' }];
  expect((await add(toAccount)).code).toBe(0);
  const file = JSON.parse((await cli.run('realm', 'export', 'mapped')).out);
  await writeFile(copy, JSON.stringify({ ...file, realm: 'copied', id: undefined }));
  await cli.run('realm', 'import', copy);
  const shown = await cli.run('scim', 'connection', 'show', 'copied', 'okta', '--json');
  expect(JSON.parse(shown.out)).toMatchObject({ settings: { mapping: { toAccount } } });
});
