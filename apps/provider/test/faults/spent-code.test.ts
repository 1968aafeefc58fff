import { expect, test } from '@jest/globals';
import type { Person } from '../../src/testing/acme.ts';
import { Visitor } from '../../src/testing/visitor.ts';
import { type MortalCluster, useMortalCluster, type Victim } from './mortal-cluster.ts';
import { killsOfEach, seeded } from './seeded.ts';

const PEOPLE = 6;
/** Codes used of a set of 20: with so many left no new set is offered on the way. */
const USED_OF_A_SET = 16;
const limit = { failures: 100 };
const cluster = useMortalCluster({
  lockout: { password: limit, backup_code: limit, networkFailuresPerHour: 100_000 },
  backupCodes: { count: 20 },
  // The same people recover again and again here; what such a recovery waits for is another test's matter.
  recovery: { risk: { medium: 100, high: 100, failures: 100 } },
});

interface Consumed {
  used: boolean;
  events: number;
}

/** What is stored of the code at `index`: whether it is used, and how many events tell of that. */
async function consumed({ acme }: MortalCluster, person: Person, index: number): Promise<Consumed> {
  const row = await acme.storage.database.row<Consumed>({
    name: 'test_consumed',
    text: `select c.used_at is not null as used,
             (select count(*)::int from audit_event e where e.subject_id = s.user_id and e.type = 'backup_code.consumed'
                and e.backup_code_set_id = s.id and (e.detail ->> 'index')::int = c.index) as events
           from backup_code_set s join backup_code c on c.set_id = s.id and c.user_id = s.user_id
           where s.user_id = $1 and s.state = 'active' and c.index = $2`,
    values: [person.id, index],
  });
  if (row === undefined) throw new Error(`${person.username} has no active set`);
  return row;
}

/** Resolves when that many of the people have spent their code at `index`. */
async function spentCodes({ acme }: MortalCluster, people: readonly Person[], index: number, many: number) {
  for (let seen = 0; seen < many; ) {
    const row = await acme.storage.database.row<{ seen: number }>({
      name: 'test_spent',
      text: `select count(*)::int as seen from backup_code_set s
             join backup_code c on c.set_id = s.id and c.user_id = s.user_id
             where s.user_id = any ($1) and s.state = 'active' and c.index = $2 and c.used_at is not null`,
      values: [people.map(({ id }) => id), index],
    });
    seen = row?.seen ?? 0;
  }
}

/** Milliseconds that the posts of all people at once take when nothing is killed. */
async function undisturbed({ providers }: MortalCluster, people: readonly Person[]): Promise<number> {
  const [first] = providers.processes;
  const visitors = people.map((person) => ({ person, visitor: new Visitor(providers, first) }));
  for (const { person, visitor } of visitors) await visitor.lostDevice(person);
  const started = performance.now();
  await Promise.all(visitors.map(({ person, visitor }) => visitor.post({ backup_code: person.codes[0] ?? '' })));
  return Math.ceil(performance.now() - started);
}

test('a code posted when the provider or PostgreSQL is killed is either still good or has carried its sign-in on', async () => {
  const random = seeded();
  const kills = killsOfEach(10);
  console.info(`seed ${random.seed}, ${kills} kills of the provider and ${kills} of PostgreSQL`);
  const here = cluster();
  const [first, second] = here.providers.processes;
  const people = await Promise.all(Array.from({ length: PEOPLE }, () => here.acme.person()));
  const victims: Victim[] = random.shuffled([
    ...Array<Victim>(kills).fill('first provider'),
    ...Array<Victim>(kills).fill('postgres'),
  ]);
  const outcomes = { acknowledged: 0, carriedOn: 0, stillGood: 0 };

  const usualMs = await undisturbed(here, people);
  for (const person of people) await here.acme.freshCodes(person);

  for (const [number, victim] of victims.entries()) {
    const index = number % USED_OF_A_SET;
    if (number > 0 && index === 0) for (const person of people) await here.acme.freshCodes(person);
    const visitors = await Promise.all(
      people.map(async (person) => {
        const visitor = new Visitor(here.providers, second);
        expect((await visitor.lostDevice(person)).step).toBe('recovery');
        return { person, code: person.codes[index] ?? '', visitor: visitor.through(first) };
      }),
    );
    const posted = visitors.map(({ visitor, code }) =>
      visitor.post({ backup_code: code }).then(
        ({ status }) => status,
        () => undefined,
      ),
    );
    if (random.below(2) === 0) {
      // Somewhere between the first byte of the first post and the answer to the last.
      await new Promise((resolve) => setTimeout(resolve, random.below(usualMs)));
    } else {
      // Between the commit and the answer, of one post at least.
      await spentCodes(here, people, index, 1 + random.below(3));
    }
    await here.kill(victim);
    const statuses = await Promise.all(posted);
    const back = here.revive(victim);
    if (victim === 'postgres') await back;

    for (const [place, { person, code, visitor }] of visitors.entries()) {
      visitor.through(second);
      const at = await here.untilAnswered(async () => {
        const page = await visitor.reload();
        if (page.status === 503) throw new Error('the database is not back yet');
        return page;
      });
      const { used, events } = await here.untilAnswered(() => consumed(here, person, index));
      const story = { seed: random.seed, number, victim, status: statuses[place], step: at.step, used, events };
      // An answer of 303 was an acknowledgement: then it is never "still good".
      const carriedOn = statuses[place] === 303 || used;
      expect(story).toEqual({
        ...story,
        step: carriedOn ? 'enrol' : 'recovery',
        used: carriedOn,
        events: carriedOn ? 1 : 0,
      });
      if (statuses[place] === 303) outcomes.acknowledged += 1;
      else if (used) outcomes.carriedOn += 1;
      else outcomes.stillGood += 1;
      if (!carriedOn) expect((await visitor.submit({ backup_code: code })).step).toBe('enrol');
      expect(await consumed(here, person, index)).toEqual({ used: true, events: 1 });
    }
    // And on to the application.
    const done = await visitors[number % PEOPLE]?.visitor.submit({ action: 'later' });
    expect(done?.location).toMatch(/^https:\/\/app\.example\/callback\?code=/);
    await back;
  }
  console.info(JSON.stringify(outcomes));
  expect(outcomes.acknowledged + outcomes.carriedOn).toBeGreaterThan(0);
  expect(outcomes.stillGood).toBeGreaterThan(0);
}, 600_000);
