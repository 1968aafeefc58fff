import { workOn } from '@sparekey/provisioning';
import { type Fault, type FaultProxy, faults, startFaultProxy } from '../../test/fault-proxy.ts';
import { type ScimPeer, startScimPeer } from '../../test/scim-peer.ts';
import { addTarget } from '../../test/scim-realm.ts';
import { group, person, SourceRealm } from '../../test/source-realm.ts';
import { scimWorkerParts } from '../scim/worker-parts.ts';

const PEOPLE = 120;
const GROUPS = 10;

let here: SourceRealm;
let peer: ScimPeer;
let proxy: FaultProxy;
let planned = new Map<number, Fault>();
const never = new AbortController().signal;

beforeAll(async () => {
  here = await SourceRealm.open();
  peer = await startScimPeer({ token: 'peer-token', unique: true });
  proxy = await startFaultProxy(peer.url, (request) => planned.get(request));
});
afterAll(async () => {
  await proxy.close();
  await peer.close();
  await here.close();
});

test('people and groups come to be here through every fault of a network, and a second reading writes nothing', async () => {
  await here.begin();
  for (let n = 1; n <= PEOPLE; n += 1) peer.users.set(`r${n}`, person(n));
  for (let n = 1; n <= GROUPS; n += 1) {
    const members = Array.from({ length: 10 }, (_, m) => `r${1 + ((n * 31 + m * 7) % PEOPLE)}`);
    peer.groups.set(`g${n}`, group(`g${n}`, `Group ${n}`, members));
  }
  planned = new Map(faults.map((fault, at) => [1 + at * 2, fault]));
  await here.source(proxy.url, { pageSize: 10, timeoutSeconds: 1, maxAnswerKib: 64 });
  let last = await here.reads();
  while (last.state !== 'done') {
    await here.dueAgain();
    last = await here.reads();
  }
  const reading = faults.filter((fault) => !fault.includes('commit') && fault !== 'changed_meanwhile');
  for (const fault of reading) expect(proxy.struck.get(fault)).toBeGreaterThan(0);
  expect((await here.enabled()).length).toBe(PEOPLE);
  const theirs = [...peer.groups.values()].map(({ displayName, members }) => ({
    path: `/${displayName}`,
    members: (members as { value: string }[]).map(({ value }) => value.replace('r', 'ada-')).toSorted(),
  }));
  const ours = await here.groups();
  expect(ours.map(({ path, members }) => ({ path, members: members.toSorted() }))).toEqual(
    theirs.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
  );
  const again = await here.readsAgain();
  const all = PEOPLE + GROUPS;
  expect(again.outcome.counts).toMatchObject({ read: all, unchanged: all, created: 0, updated: 0, failed: {} });
});

test('what a target wrote to a directory is not read back from it, and what is read from it is not sent there', async () => {
  peer.users.clear();
  peer.groups.clear();
  await here.begin();
  const target = await addTarget(here.storage, here.realmId, { baseUrl: peer.url, requestsPerSecond: 1000 });
  await here.query(
    'own_person',
    `insert into user_account (realm_id, username, username_norm, email_verified, phone_number_verified, enabled,
       attributes, required_actions) values ($1, 'our-own', 'our-own', false, false, true, '{}', '{}')`,
  );
  const parts = scimWorkerParts({ storage: here.storage, outboundAllow: ['127.0.0.0/8'], logger: console });
  const send = async () => {
    while ((await parts.queue.fold(5000)) > 0);
    await workOn(parts, { realmId: target.realmId, connectionId: target.id }, never);
  };
  await send();
  expect([...peer.users.values()].map(({ userName }) => userName)).toEqual(['our-own']);

  peer.users.set('r1', person(1));
  const written = peer.writes();
  await here.source(peer.url);
  expect((await here.reads()).outcome.counts).toMatchObject({ read: 2, created: 1, unchanged: 1 });
  await send();
  expect(peer.writes()).toBe(written);
  expect((await here.people()).map(({ username }) => username)).toEqual(['ada-1', 'our-own']);
});
