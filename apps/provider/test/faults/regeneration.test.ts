import { expect, test } from '@jest/globals';
import { type Person, totpOf } from '../../src/testing/acme.ts';
import { Visitor } from '../../src/testing/visitor.ts';
import { type MortalCluster, useMortalCluster, type Victim } from './mortal-cluster.ts';
import { killsOfEach, seeded } from './seeded.ts';

const COUNT = 8;
const PATH = '/realms/acme/account/backup-codes';
const limit = { failures: 100 };
const cluster = useMortalCluster({
  freshProofSeconds: 3600,
  backupCodes: { count: COUNT },
  lockout: { password: limit, totp: limit, backup_code: limit, networkFailuresPerHour: 100_000 },
});

/** What one person was told, by all their browsers together. */
interface Told {
  person: Person;
  /** Sets confirmed with an answer. */
  acknowledged: number;
  /** Confirmations whose answer never came: done or not, nobody knows. */
  unanswered: number;
  /** One code of each set whose confirmation was sent, the oldest first. */
  sent: { code: string; acknowledged: boolean }[];
}

/** A browser of a person that makes one new set after the other, through whichever process answers. */
class Writer {
  readonly #here: MortalCluster;
  readonly #visitor: Visitor;
  readonly #told: Told;
  #turn: number;

  private constructor(here: MortalCluster, visitor: Visitor, told: Told, turn: number) {
    this.#here = here;
    this.#visitor = visitor;
    this.#told = told;
    this.#turn = turn;
  }

  /** Signs in with the code of the authenticator app that is `step` steps from now. */
  static async signIn(here: MortalCluster, told: Told, step: number, turn: number): Promise<Writer> {
    const { person } = told;
    const visitor = new Visitor(here.providers);
    await visitor.open(PATH);
    await visitor.submit({ username: person.username, password: person.password });
    const page = await visitor.submit({ otp: totpOf(person, Math.floor(Date.now() / 30_000) + step) });
    expect(page.step).toBe('offer');
    return new Writer(here, visitor, told, turn);
  }

  async writeUntil(over: () => boolean, reviving: () => boolean, progress: () => void): Promise<void> {
    while (!over()) {
      // What is down is met again and again, but not so often that it gets no processor to come back with.
      if (reviving()) await new Promise((resolve) => setTimeout(resolve, 200));
      try {
        if (await this.#regenerate()) progress();
      } catch (error) {
        if (error instanceof SignedOut) throw error;
        // The process is gone, or the database: the next one is asked, as a balancer would.
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  }

  async #regenerate(): Promise<boolean> {
    const { processes } = this.#here.providers;
    this.#turn += 1;
    this.#visitor.through(processes[this.#turn % 2 === 0 ? 0 : 1]);
    const offer = await this.#visitor.open(PATH);
    if (offer.status === 200 && offer.step !== 'offer') throw new SignedOut(`the account asks for ${offer.step}`);
    const shown = await this.#visitor.submit({});
    const code = /data-backup-code[^>]*>([^<]+)</.exec(shown.html)?.[1];
    if (code === undefined) return false;
    const sent = { code, acknowledged: false };
    this.#told.sent.push(sent);
    this.#told.unanswered += 1;
    const { status, location } = await this.#visitor.post({ confirm_code: code });
    // Refused because another browser of the same person made a newer set, or failed: told as it is.
    if (status < 500) this.#told.unanswered -= 1;
    if (status !== 303 || location?.endsWith('notice=backup_codes_replaced') !== true) return false;
    sent.acknowledged = true;
    this.#told.acknowledged += 1;
    return true;
  }
}

/** A session that was there is gone: a loss, not an outage. */
class SignedOut extends Error {}

interface Sets {
  active: number;
  /** Live codes of the active set, counted one by one, and as the set says. */
  live: number;
  left: number;
  pending: number;
  pendingLive: number;
  /** Codes of ended sets that could still be used. */
  undead: number;
  /** Sets that were ever confirmed, and what the audit trail says of that. */
  confirmed: number;
  confirmedEvents: number;
  generated: number;
  generatedEvents: number;
}

/** Everything that is stored of a person's sets, as of one moment. */
async function setsOf({ acme }: MortalCluster, person: Person): Promise<Sets> {
  const row = await acme.storage.database.row<Sets>({
    name: 'test_sets',
    text: `with sets as (
             select s.*, (select count(*)::int from backup_code c
                          where c.user_id = s.user_id and c.set_id = s.id and c.verifier is not null) as live
             from backup_code_set s where s.user_id = $1
           ), events as (
             select type, count(*)::int as n from audit_event
             where subject_id = $1 and type in ('backup_codes.confirmed', 'backup_codes.generated') group by type
           )
           select count(*) filter (where state = 'active')::int as active,
             coalesce(sum(live) filter (where state = 'active'), 0)::int as live,
             coalesce(sum(codes_left) filter (where state = 'active'), 0)::int as left,
             count(*) filter (where state = 'pending')::int as pending,
             coalesce(sum(live) filter (where state = 'pending'), 0)::int as "pendingLive",
             coalesce(sum(live) filter (where state = 'ended'), 0)::int as undead,
             count(*) filter (where confirmed_at is not null)::int as confirmed,
             coalesce((select n from events where type = 'backup_codes.confirmed'), 0) as "confirmedEvents",
             count(*)::int as generated,
             coalesce((select n from events where type = 'backup_codes.generated'), 0) as "generatedEvents"
           from sets`,
    values: [person.id],
  });
  if (row === undefined) throw new Error('no answer');
  return row;
}

/** Holds at every moment, whatever was killed. */
async function expectWhole(here: MortalCluster, told: Told, context: object): Promise<void> {
  const before = told.acknowledged;
  const sets = await here.untilAnswered(() => setsOf(here, told.person));
  const after = told.acknowledged + told.unanswered;
  // The first set was made by the test, without an event.
  const expected: Sets = {
    active: 1,
    live: COUNT,
    left: COUNT,
    pending: sets.pending === 0 ? 0 : 1,
    pendingLive: sets.pending === 0 ? 0 : COUNT,
    undead: 0,
    confirmed: sets.confirmed,
    confirmedEvents: sets.confirmed - 1,
    generated: sets.generated,
    generatedEvents: sets.generated - 1,
  };
  expect({ ...context, ...sets }).toEqual({ ...context, ...expected });
  expect(sets.confirmed - 1).toBeGreaterThanOrEqual(before);
  expect(sets.confirmed - 1).toBeLessThanOrEqual(after);
}

/** The code that is good now is of the set acknowledged last, or of one sent after it whose answer never came. */
async function expectLastKept(here: MortalCluster, { person, sent }: Told): Promise<void> {
  const holder = { realmId: here.acme.realm.id, userId: person.id, policy: here.acme.realm.policy };
  const last = sent.findLastIndex((each) => each.acknowledged);
  const good: number[] = [];
  for (const [place, { code }] of sent.entries()) {
    if (place < last - 2) continue;
    const check = await here.acme.factors.backupCode.check(here.acme.storage.stores, holder, code);
    if (check.matched) good.push(place);
  }
  expect(good).toHaveLength(1);
  expect(good[0]).toBeGreaterThanOrEqual(last);
}

test('sets regenerated while providers, PostgreSQL and its owner are killed are whole, one active for each person, and none acknowledged is lost', async () => {
  const random = seeded();
  const kills = killsOfEach(15);
  console.info(`seed ${random.seed}, ${kills} kills of a provider and ${kills} of PostgreSQL or its owner`);
  const here = cluster();
  const told: Told[] = [];
  const writers: Writer[] = [];
  // Two people with one browser each, and one whose two browsers fight over the same set.
  for (const browsers of [1, 1, 2]) {
    const one: Told = { person: await here.acme.person(), acknowledged: 0, unanswered: 0, sent: [] };
    told.push(one);
    for (let n = 0; n < browsers; n += 1) {
      writers.push(await Writer.signIn(here, one, browsers === 1 ? 0 : n - 1, writers.length));
    }
  }

  const providers: Victim[] = ['first provider', 'second provider'];
  const databases: Victim[] = ['postgres', 'owner of postgres', 'postgres and its owner'];
  const victims = random.shuffled(
    Array.from({ length: kills }, (_, n) => [providers[n % 2], databases[n % 3]]).flatMap((pair) =>
      pair.filter((victim) => victim !== undefined),
    ),
  );

  let over = false;
  let reviving = false;
  let progress = Promise.withResolvers<void>();
  const writing = Promise.all(
    writers.map((writer) =>
      writer.writeUntil(
        () => over,
        () => reviving,
        () => progress.resolve(),
      ),
    ),
  );
  // Told by the loop or at its end, whichever comes first.
  writing.catch(() => {});
  try {
    for (const [number, victim] of victims.entries()) {
      // Anywhere in the work; now and then it gets as far as an acknowledgement in between.
      if (number % 5 === 0) await Promise.race([progress.promise, writing]);
      await new Promise((resolve) => setTimeout(resolve, random.below(400)));
      await here.kill(victim);
      reviving = true;
      await here.revive(victim);
      reviving = false;
      progress = Promise.withResolvers<void>();
      for (const one of told) await expectWhole(here, one, { seed: random.seed, number, victim });
    }
  } finally {
    over = true;
    await writing;
  }
  for (const one of told) await expectWhole(here, one, { seed: random.seed, number: 'the end' });
  for (const one of told.slice(0, 2)) await expectLastKept(here, one);
  console.info(JSON.stringify(told.map(({ acknowledged, unanswered }) => ({ acknowledged, unanswered }))));
}, 600_000);
