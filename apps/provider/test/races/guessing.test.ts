import { expect, test } from '@jest/globals';
import { race } from '@sparekey/testing';
import type { Person } from '../../src/testing/acme.ts';
import { useAcmeCluster } from '../../src/testing/acme-cluster.ts';
import { type AttemptEvents, attemptEvents } from '../../src/testing/attempt-events.ts';
import { Visitor } from '../../src/testing/visitor.ts';

const GUESSES = 500;
const LIMIT = 5;
// The limits are the ones of a realm that decided nothing; only the waits outlast the test, and the network is left out.
const limit = { failures: LIMIT, firstWaitSeconds: 3600 };
const here = useAcmeCluster({
  lockout: { password: limit, totp: limit, backup_code: limit, networkFailuresPerHour: 100_000 },
});

/**
 * Sends every guess at once, spread over both processes; nothing but refusals may come back. Says how many were judged: the
 * rest was turned away at the door (503), and was no guess.
 */
async function guess(send: (index: number) => Promise<{ status: number }>): Promise<number> {
  const { fulfilled, rejected } = await race(GUESSES, send);
  expect(rejected).toEqual([]);
  const statuses = fulfilled.map(({ status }) => status);
  expect(statuses.filter((status) => ![422, 429, 503].includes(status))).toEqual([]);
  return statuses.filter((status) => status !== 503).length;
}

const through = (index: number) => here.cluster.processes[index % 2 === 0 ? 0 : 1];

/** Guesses at the password of whoever has these names. */
async function guessPasswords(names: readonly string[]): Promise<number> {
  const visitors = await Promise.all(
    Array.from({ length: 4 }, async (_, index) => {
      const visitor = new Visitor(here.cluster, through(index));
      await visitor.begin();
      return visitor;
    }),
  );
  return guess(async (index) => {
    const visitor = visitors[index % visitors.length];
    if (visitor === undefined) throw new Error('no visitor');
    const username = names[index % names.length] ?? '';
    return visitor.post({ username, password: `guess ${index}` }, through(Math.floor(index / 4)));
  });
}

const withinLimit = (judged: number): AttemptEvents => ({ accepted: 0, failed: LIMIT, denied: judged - LIMIT });

test('500 passwords guessed at once through both processes, by name, e-mail address and other spellings, are 5 guesses (R10, H16)', async () => {
  const { username, email, id } = await here.acme.person();
  const wide = [...username].map((c) => (/[a-z]/.test(c) ? String.fromCodePoint((c.codePointAt(0) ?? 0) + 0xfee0) : c));
  const spellings = [username, email, username.toUpperCase(), ` ${email.toUpperCase()} `, wide.join('')];
  const judged = await guessPasswords(spellings);
  expect(await attemptEvents(here.acme.storage, id, 'password')).toEqual(withinLimit(judged));
});

test('500 passwords guessed at once for a name that nobody has, in several spellings, are 5 guesses too', async () => {
  const judged = await guessPasswords(['nobody', 'NOBODY', ' nobody ', 'Nobody']);
  expect(await attemptEvents(here.acme.storage, undefined, 'password')).toEqual(withinLimit(judged));
});

/** Sign-ins that wait for a second proof; a wrong one too many voids a sign-in, so every guess has one form of eight. */
async function atSecondProof(person: Person, factor: 'totp' | 'backup_code'): Promise<Visitor[]> {
  return Promise.all(
    Array.from({ length: 8 }, async (_, index) => {
      const visitor = new Visitor(here.cluster, through(index));
      await visitor.begin();
      await visitor.submit({ username: person.username, password: person.password });
      if (factor === 'backup_code') await visitor.submit({ action: 'try:backup_code' });
      return visitor;
    }),
  );
}

test.each([
  ['totp', (index: number) => ({ otp: String(index).padStart(6, '0') })],
  [
    'backup_code',
    (index: number) => ({
      backup_code: `AAAA-${String(index + 2000)
        .replaceAll('0', 'B')
        .replaceAll('1', 'C')}`,
    }),
  ],
] as const)(
  '500 guesses at a %s at once, from eight sign-ins through both processes, are 5 guesses (H13)',
  async (factor, proof) => {
    const person = await here.acme.person();
    const visitors = await atSecondProof(person, factor);
    const { fulfilled, rejected } = await race(GUESSES, async (index) => {
      const visitor = visitors[index % visitors.length];
      if (visitor === undefined) throw new Error('no visitor');
      return visitor.post(proof(index), through(Math.floor(index / 8)));
    });
    expect(rejected).toEqual([]);
    // A form of a sign-in that was voided meanwhile leads back to its first page: nothing is evaluated then.
    expect(fulfilled.map(({ status }) => status).filter((status) => ![303, 422, 429, 503].includes(status))).toEqual(
      [],
    );
    expect(await attemptEvents(here.acme.storage, person.id, factor)).toMatchObject({ accepted: 0, failed: LIMIT });
    const steps = await Promise.all(visitors.map(async (visitor) => (await visitor.reload()).step));
    expect(steps.filter((step) => step !== 'identify' && step !== 'factor' && step !== 'recovery')).toEqual([]);
  },
);
