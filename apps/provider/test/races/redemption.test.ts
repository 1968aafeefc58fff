import { expect, test } from '@jest/globals';
import { race } from '@sparekey/testing';
import { type Person, totpOf } from '../../src/testing/acme.ts';
import { useAcmeCluster } from '../../src/testing/acme-cluster.ts';
import { attemptEvents } from '../../src/testing/attempt-events.ts';
import { type Page, Visitor } from '../../src/testing/visitor.ts';

/** The most that a policy allows, so that as many posts as possible are evaluated side by side. */
const LIMIT = 100;
const limit = { failures: LIMIT, hardStop: LIMIT, firstWaitSeconds: 3600 };
const here = useAcmeCluster({
  lockout: { password: limit, totp: limit, backup_code: limit, networkFailuresPerHour: 100_000 },
});

const SIGN_INS = 4;

/** As many sign-ins of one person, each with a proven password, half of them at each process. */
function signInsOf(person: Person, factor: 'totp' | 'backup_code'): Promise<Visitor[]> {
  return Promise.all(
    Array.from({ length: SIGN_INS }, async (_, index) => {
      const visitor = new Visitor(here.cluster, here.cluster.processes[index % 2 === 0 ? 0 : 1]);
      await visitor.begin();
      const at = await visitor.submit({ username: person.username, password: person.password });
      expect(at.step).toBe('factor');
      if (factor === 'backup_code') await visitor.submit({ action: 'try:backup_code' });
      return visitor;
    }),
  );
}

/** Posts under way at any moment: far more than two processes have under way at once. */
const AT_ONCE = 100;

/** Posts the same proof `posts` times: each form of every sign-in to both processes. */
async function storm(visitors: readonly Visitor[], proof: Record<string, string>, posts: number): Promise<Page[]> {
  const { processes } = here.cluster;
  const answers: Page[] = [];
  let next = 0;
  const { rejected } = await race(Math.min(posts, AT_ONCE), async (_, barrier) => {
    await barrier();
    while (next < posts) {
      const index = next++;
      const visitor = visitors[index % SIGN_INS];
      if (visitor === undefined) throw new Error('no visitor');
      const at = processes[Math.floor(index / SIGN_INS) % 2 === 0 ? 0 : 1];
      let answer = await visitor.post(proof, at);
      // Turned away at the door, with nothing read or spent: it comes again.
      while (answer.status === 503) answer = await visitor.post(proof, at);
      answers.push(answer);
    }
  });
  expect(rejected).toEqual([]);
  return answers;
}

interface Round {
  accepted: number;
  /** Steps at which the sign-ins stand after the storm, without those that are where they were or back at the start. */
  beyond: (string | undefined)[];
}

/** One storm on one proof of a new person, with everything that has to hold after it. */
async function round(factor: 'totp' | 'backup_code', posts: number): Promise<Round> {
  const person = await here.acme.person();
  const visitors = await signInsOf(person, factor);
  const proof: Record<string, string> =
    factor === 'totp' ? { otp: totpOf(person) } : { backup_code: person.codes[3] ?? '' };
  const answers = await storm(visitors, proof, posts);
  expect(answers.map(({ status }) => status).filter((status) => ![303, 422, 429].includes(status))).toEqual([]);
  expect(answers).toHaveLength(posts);

  const refused = answers.filter(({ status }) => status !== 303).length;
  const { accepted, failed, denied } = await attemptEvents(here.acme.storage, person.id, factor);
  expect({ refused: failed + denied }).toEqual({ refused });

  const steps = (await Promise.all(visitors.map((visitor) => visitor.reload()))).map(({ step }) => step);
  const beyond = steps.filter((step) => step !== 'factor' && step !== 'recovery' && step !== 'identify');
  expect(beyond).toHaveLength(accepted);
  if (factor === 'backup_code') {
    const set = await here.acme.storage.stores.backupCodes.active(here.acme.realm.id, person.id);
    expect([set?.left, set?.verifiers[3] === null]).toEqual([10 - accepted, accepted === 1]);
  }
  return { accepted, beyond };
}

test('one backup code posted 99 times at once, by four sign-ins over two processes, completes one of them in each of 20 rounds', async () => {
  for (let number = 1; number <= 20; number += 1) {
    expect(await round('backup_code', LIMIT - 1)).toEqual({ accepted: 1, beyond: ['enrol'] });
  }
}, 600_000);

test('one TOTP code posted 99 times at once, by four sign-ins over two processes, completes one of them in each of 20 rounds', async () => {
  for (let number = 1; number <= 20; number += 1) {
    expect(await round('totp', LIMIT - 1)).toEqual({ accepted: 1, beyond: [undefined] });
  }
}, 600_000);

// Beyond the limit the lock falls in the middle of the storm and may void the very sign-in that would have won: then none
// wins, and the code is still good.
test.each(['backup_code', 'totp'] as const)(
  'one %s posted 1,000 times, 200 at a time, never completes two sign-ins, each refusal is one event, and no answer is a failure of ours',
  async (factor) => {
    expect((await round(factor, 1000)).accepted).toBeLessThanOrEqual(1);
  },
  600_000,
);
