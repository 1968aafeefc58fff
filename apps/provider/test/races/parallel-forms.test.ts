import { randomBytes } from 'node:crypto';
import { race } from '@sparekey/testing';
import { type HostedProvider, startHostedProvider, Visitor } from '../../src/testing/hosted.ts';
import { addClient, addRealm, openTestStorage, type TestStorage } from '../../src/testing/storage.ts';

let here: TestStorage;
let provider: HostedProvider;

beforeAll(async () => {
  here = await openTestStorage();
  provider = await startHostedProvider(here);
});
afterAll(async () => {
  await provider.close();
  await here.close();
});

test('of ten parallel answers to the last page of a recovery none is an error, and one recovery is told', async () => {
  const { storage } = here;
  const { stores } = storage;
  const realm = await addRealm(storage, 'acme', { recovery: { whenMedium: 'nothing', whenHigh: 'cool_down' } });
  await addClient(storage, realm, { clientId: 'app', consentRequired: true });
  for (let round = 0; round < 3; round += 1) {
    const { user, codes } = await person(`ada-${round}`);
    const visitor = new Visitor(provider, 'acme');
    const first = await visitor.submit(await visitor.authorize('app'), {
      username: user.username,
      password: 'zephyr gondola 58',
    });
    const asked = await visitor.submit(first, { action: 'try:backup_code' });
    const offered = await visitor.submit(asked, { backup_code: codes[1] ?? '' });
    const consent = await visitor.submit(offered, { action: 'later' });
    expect(consent.html).toContain('value="allow"');

    const hidden = [...consent.html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)];
    const body = new URLSearchParams(hidden.map(([, name = '', value = '']): [string, string] => [name, value]));
    body.set('action', 'allow');
    const { fulfilled } = await race(10, async (_, barrier) => {
      await barrier();
      return (await visitor.browser.request(consent.url, { method: 'POST', body })).status;
    });
    expect(fulfilled).toEqual(Array(10).fill(303));
    const told = await storage.database.rows<{ type: string }>({
      name: 'test_completed',
      text: `select type from audit_event where subject_id = $1 and type = 'sign_in.completed'`,
      values: [user.id],
    });
    expect(told).toHaveLength(1);
  }

  async function person(username: string) {
    const user = await stores.users.create({
      realmId: realm.id,
      username,
      phoneNumberVerified: false,
      emailVerified: false,
      enabled: true,
      attributes: {},
      requiredActions: [],
    });
    await stores.passwords.set(realm.id, user.id, await provider.engine.hash('zephyr gondola 58'));
    await stores.totp.add(realm.id, user.id, {
      label: 'Phone',
      secret: randomBytes(20),
      algorithm: 'sha1',
      digits: 6,
      periodSeconds: 30,
      lastStep: 0,
      driftSteps: 0,
      confirmedAt: new Date(),
    });
    const holder = { realmId: realm.id, userId: user.id, policy: realm.policy };
    const { backupCode } = provider.services.factors;
    const { codes } = await backupCode.generate(stores, holder);
    const check = await backupCode.checkPending(stores, holder, codes[0] ?? '');
    if (!check.matched) throw new Error(check.reason);
    await storage.transaction((within) => check.confirm(within));
    return { user, codes };
  }
});
