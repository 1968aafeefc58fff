import { expect, test } from '@jest/globals';
import { useProduct } from './product.ts';
import { RelyingParty } from './relying-party.ts';
import { found, spellings } from './spelling.ts';
import type { Visitor } from './visitor.ts';

const product = useProduct({ people: { canary: 'imported', linnet: 'newcomer' } });

/** Every row of every table, as text; binary columns as `\x…`. */
async function everythingStored(): Promise<Map<string, string>> {
  const tables = await product().query<{ name: string }>(
    `select oid::regclass::text as name from pg_class
     where relkind in ('r', 'm') and relnamespace = 'public'::regnamespace`,
  );
  const contents = tables.map(async ({ name }): Promise<[string, string]> => {
    const rows = await product().query<{ row: string }>(`select to_jsonb(t)::text as row from ${name} t`);
    return [`table ${name}`, rows.map(({ row }) => row).join('\n')];
  });
  return new Map(await Promise.all(contents));
}

/** What an application gets: the tokens of a sign-in, and those they are exchanged for. */
async function tokens(visitor: Visitor): Promise<Map<string, string>> {
  const application = new RelyingParty(product());
  const { code, verifier, ...first } = await application.tokens(visitor);
  const refreshed = await application.refresh(first.refresh_token);
  const second = (await refreshed.json()) as Record<string, string>;
  await application.post('token/introspect', { token: second.access_token ?? '' });
  const of = (answer: Record<string, string>, which: string) =>
    ['access_token', 'refresh_token', 'id_token'].map((kind): [string, string] => {
      expect(answer[kind]).toMatch(/./);
      return [`${which} ${kind}`, answer[kind] ?? ''];
    });
  return new Map([...Object.entries({ code, verifier }), ...of({ ...first }, 'first'), ...of(second, 'refreshed')]);
}

test('the search finds a secret in every spelling, alone and within something longer', () => {
  const secret = 'K7M2-P9X4 ü/+"';
  const secrets = new Map([['it', secret]]);
  for (const spelling of spellings(secret)) expect(found(secrets, `x${spelling}y`)).toEqual(['it']);
  for (const before of ['', 'a', 'ab', 'abc', 'a:b:']) {
    for (const after of ['', 'z', 'zy', 'zyx']) {
      const whole = Buffer.from(`${before}${secret}${after}`);
      for (const encoding of ['base64', 'base64url', 'hex'] as const)
        expect(found(secrets, `"${whole.toString(encoding)}"`)).toEqual(['it']);
      expect(found(secrets, JSON.stringify({ column: `\\x${whole.toString('hex')}` }))).toEqual(['it']);
    }
  }
  expect(found(secrets, 'K7M2-P9X5')).toEqual([]);
});

test('nothing that opens anything stands in the database, the logs, the metrics or an address (R4)', async () => {
  const canary = product().person('canary');
  const linnet = product().person('linnet');
  const secrets = new Map<string, string | Buffer>();
  const keep = (name: string, values: readonly string[]) => {
    for (const [index, value] of values.entries()) {
      expect(value.length).toBeGreaterThan(7);
      secrets.set(`${name} ${index}`, value);
      if (/^.{4}-.{4}$/.test(value)) secrets.set(`${name} ${index} without dash`, value.replace('-', ''));
    }
  };
  const visitor = await product().visitor();
  const other = await product().visitor();
  const addresses: string[] = [];
  for (const { page } of [visitor, other]) page.on('request', (request) => addresses.push(request.url()));

  // A life with everything in it: codes issued, a wrong try at each step, a recovery, a new device, new codes, a new password.
  const typos = { password: 'wr0ng-canary-password', backup_code: 'CANA-RYCA' };
  await visitor.begin();
  await visitor.submit({ username: canary.username, password: typos.password });
  await visitor.password(canary);
  keep('imported seed', [canary.app?.secret ?? '']);
  await visitor.submit({ otp: canary.app?.wrongCode() ?? '' });
  await visitor.otp(canary);
  keep('backup code', await visitor.saveCodes());
  const [, used = ''] = [...secrets.values()].map(String).filter((value) => /^.{4}-.{4}$/.test(value));
  await other.recover(canary, typos.backup_code);
  await other.submit({ backup_code: used });
  await other.submit();
  await other.enrol(canary, 'New device');
  keep('enrolled seed', [canary.app?.secret ?? '']);
  await other.account('/backup-codes');
  await other.submit();
  keep('pending code', await other.codes());
  await other.account('/password');
  const password = 'correct-canary-battery';
  await other.submit({ new_password: password, new_password_again: password });
  keep('password', [canary.password, linnet.password, password, ...Object.values(typos)]);
  await visitor.begin('wiki');
  await visitor.prove(linnet);
  await visitor.press('allow');
  keep('enrolled seed of a newcomer', [linnet.app?.secret ?? '']);

  for (const [name, value] of await tokens(other)) keep(name, [value]);
  for (const { page } of [visitor, other]) {
    // The cookies of an interaction name it, as its address does: what proves that it is this browser's is their signature.
    const kept = (await page.context().cookies()).filter(({ name }) => !/(interaction|resume)$|locale|time/.test(name));
    expect(kept.map(({ name }) => name)).toEqual(expect.arrayContaining(['sparekey_session', 'sparekey_session.sig']));
    for (const { name, value } of kept) keep(name, [value]);
  }
  // What people type and keep is in no address either; codes and ID tokens travel there by the protocol.
  const typed = new Map([...secrets].filter(([name]) => /password|seed|backup|pending/.test(name)));
  expect(found(typed, addresses.join('\n'))).toEqual([]);

  await visitor.goto(`${product().applicationUrl}/wiki`);
  await visitor.follow('form[action$="/sign-out"] button');
  keep('client secret', ['demo-payroll-secret', 'demo-wiki-secret']);
  keep('master key', [product().masterKey]);
  secrets.set('master key as bytes', Buffer.from(product().masterKey, 'base64'));

  const places = await everythingStored();
  places.set('logs', product().output());
  places.set('metrics', await product().metrics());
  // The search looks at the real thing: what must be there is found.
  const known = new Map([['name', canary.username]]);
  expect(found(known, places.get('table user_account') ?? '')).toEqual(['name']);
  expect([...places].filter(([, text]) => /backup_code\.consumed/.test(text)).map(([place]) => place)).not.toEqual([]);
  expect(places.get('logs')).toContain('provider ready');
  expect(places.get('metrics')).toContain('sparekey_sign_ins_total');

  const leaks = [...places].flatMap(([place, text]) => found(secrets, text).map((name) => `${name} in ${place}`));
  expect(leaks).toEqual([]);
});
