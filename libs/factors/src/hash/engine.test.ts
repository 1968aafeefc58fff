import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { jest } from '@jest/globals';
import { hashingProfiles } from '@sparekey/policy';
import argon2 from 'argon2';
import { createHashEngine, DEFAULT_ARGON2, type HashEngineOptions, hashConcurrency } from './engine.ts';

/** Cheap, so that many can be computed; the tests of cost use the real parameters. */
const cheap = { memoryKib: 64, iterations: 1, parallelism: 1 };

function newEngine(options: Partial<HashEngineOptions> = {}) {
  return createHashEngine({ random: randomBytes, parameters: cheap, ...options });
}

test('a password is stored as argon2id with the parameters promised, and any argon2 verifies it', async () => {
  const engine = newEngine({ parameters: DEFAULT_ARGON2 });
  const phc = await engine.hash('correct horse');
  expect(phc).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
  expect(await argon2.verify(phc, 'correct horse')).toBe(true);
  expect(await engine.verify(phc, 'correct horse')).toBe(true);
  expect(await engine.verify(phc, 'correct horse!')).toBe(false);
  expect(engine.needsRehash(phc)).toBe(false);
});

test('two hashes of one password share nothing', async () => {
  const engine = newEngine();
  const [one, two] = await Promise.all([engine.hash('same'), engine.hash('same')]);
  expect(one.split('$').slice(4)).not.toEqual(two.split('$').slice(4));
});

test.each([
  ['$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'],
  ['$argon2i$v=19$m=65536,t=2,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b+dWRWJTmaaJObG'],
])("the reference implementation's vector %s verifies", async (phc) => {
  const engine = newEngine();
  expect(await engine.verify(phc, 'password')).toBe(true);
  expect(await engine.verify(phc, 'passwore')).toBe(false);
});

test('each attempt costs exactly one evaluation, whatever its outcome', async () => {
  const engine = newEngine();
  const phc = await engine.hash('right');
  const attempts: [string | undefined, string][] = [
    [phc, 'right'],
    [phc, 'wrong'],
    [undefined, 'right'],
    ['$2b$12$abcdefghijklmnopqrstuv', 'right'],
    ['$argon2id$v=19$m=999999999,t=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4', 'right'],
    ['$pbkdf2-sha256$i=1000$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4', 'right'],
  ];
  for (const [stored, password] of attempts) {
    const before = engine.stats.evaluations;
    expect(await engine.verify(stored, password)).toBe(stored === phc && password === 'right');
    expect(engine.stats.evaluations).toBe(before + 1);
  }
  expect(engine.stats.unsupported).toBe(2);
});

test('a stored hash is never accepted as the password', async () => {
  const engine = newEngine();
  const phc = await engine.hash('secret');
  const [salt = '', hash = ''] = phc.split('$').slice(4);
  for (const stolen of [phc, hash, salt, Buffer.from(hash, 'base64').toString('hex')]) {
    expect(await engine.verify(phc, stolen)).toBe(false);
  }
});

test.each([
  ['$argon2id$v=19$m=19456,t=2,p=1', false],
  ['$argon2id$v=19$m=65536,t=3,p=4', false],
  ['$argon2id$v=19$m=19455,t=2,p=1', true],
  ['$argon2id$v=19$m=65536,t=1,p=1', true],
  ['$argon2id$v=16$m=19456,t=2,p=1', true],
  ['$argon2i$v=19$m=19456,t=2,p=1', true],
  ['$argon2id$v=19$m=7168,t=5,p=1', true],
  ['$pbkdf2-sha512$i=210000', true],
])('%s is renewed at the next sign-in: %s', (head, renewed) => {
  const engine = newEngine({ parameters: DEFAULT_ARGON2 });
  expect(engine.needsRehash(`${head}$AAECAwQFBgcICQoLDA0ODw$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4`)).toBe(
    renewed,
  );
});

test('a short salt or hash is renewed too', () => {
  const engine = newEngine();
  const head = '$argon2id$v=19$m=64,t=1,p=1';
  const hash = 'nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4';
  expect(engine.needsRehash(`${head}$c29tZXNhbHQ$${hash}`)).toBe(true);
  expect(engine.needsRehash(`${head}$AAECAwQFBgcICQoLDA0ODw$nf65EOgLrQMR/uIPnA4rEg`)).toBe(true);
});

test('a flood computes no more at once than allowed, queues no more than allowed, and refuses the rest', async () => {
  const engine = newEngine({ concurrency: 2, queueLimit: 8 });
  const phc = await engine.hash('right');
  const before = engine.stats.evaluations;
  const flood = Promise.allSettled(Array.from({ length: 100 }, () => engine.verify(phc, 'wrong')));
  expect(engine.stats).toMatchObject({ inFlight: 2, queued: 8 });
  const outcomes = await flood;
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
  for (const outcome of outcomes) {
    if (outcome.status === 'rejected')
      expect(outcome.reason).toMatchObject({ code: 'overloaded', retryAfterSeconds: 2 });
  }
  expect(engine.stats).toMatchObject({ evaluations: before + 10, inFlight: 0, queued: 0 });
});

test('raw output equals argon2id by itself, and many inputs take one place at a time', async () => {
  const engine = newEngine({ concurrency: 2, queueLimit: 1 });
  const salt = randomBytes(16);
  const inputs = ['A', 'B', 'C'];
  const outputs = engine.argon2id(inputs, salt, cheap);
  expect(engine.stats.inFlight).toBe(1);
  expect(await outputs).toEqual(
    await Promise.all(
      inputs.map((input) =>
        argon2.hash(input, { raw: true, salt, memoryCost: 64, timeCost: 1, parallelism: 1, hashLength: 32 }),
      ),
    ),
  );
  expect(engine.stats.evaluations).toBe(3);
});

test('a set begun is finished although others fill the queue meanwhile; one not begun is refused', async () => {
  const engine = newEngine({ concurrency: 1, queueLimit: 1 });
  const others: Promise<string>[] = [];
  const inputs = Object.assign(['A', 'B'], {
    *[Symbol.iterator]() {
      yield 'A';
      others.push(engine.hash('takes the place'), engine.hash('fills the queue'));
      yield 'B';
    },
  });
  expect(await engine.argon2id(inputs, randomBytes(16), cheap)).toHaveLength(2);
  expect(await Promise.all(others)).toHaveLength(2);
  const [busy, queued] = [engine.hash('takes the place'), engine.hash('fills the queue')];
  await expect(engine.argon2id(['C'], randomBytes(16), cheap)).rejects.toMatchObject({ code: 'overloaded' });
  await Promise.all([busy, queued]);
});

test('under the strong profile new hashes cost 64 MiB and three passes, and a standard one is renewed', async () => {
  const engine = newEngine({ parameters: DEFAULT_ARGON2 });
  const phc = await engine.hash('correct horse', 'strong');
  expect(phc).toMatch(/^\$argon2id\$v=19\$m=65536,t=3,p=1\$/);
  expect(await argon2.verify(phc, 'correct horse')).toBe(true);
  expect(engine.needsRehash(await engine.hash('correct horse'), 'strong')).toBe(true);
  expect([engine.needsRehash(phc, 'strong'), engine.needsRehash(phc)]).toEqual([false, false]);
});

test.each(['standard', 'strong'] as const)(
  'under the %s profile a wrong password and a name nobody has cost the same computation',
  async (profile) => {
    const engine = newEngine({ parameters: DEFAULT_ARGON2 });
    const phc = await engine.hash('right', profile);
    const computed = jest.spyOn(argon2, 'hash');
    await engine.verify(phc, 'wrong', profile);
    await engine.verify(undefined, 'wrong', profile);
    const [known, nobody] = computed.mock.calls.map(([, options]) => ({ ...options, salt: options?.salt?.byteLength }));
    computed.mockRestore();
    expect(known).toMatchObject({ memoryCost: hashingProfiles[profile].memoryKib, type: argon2.argon2id });
    expect(nobody).toEqual(known);
  },
);

test.each([
  [1, 4, 1],
  [2, 4, 1],
  [3, 4, 2],
  [64, 4, 2],
  [64, 16, 14],
  [8, 16, 7],
  [8, 1, 1],
])('on %d cores with a pool of %d threads, %d hashes run at once', (cores, threads, hashes) => {
  expect(hashConcurrency(cores, threads)).toBe(hashes);
});

test('while a flood of hashes fills every hand there is, a file is read before one of them ends', async () => {
  // Half a second each: whatever else the machine does, a file that waits for one of these is seen to wait.
  const slow = { ...DEFAULT_ARGON2, iterations: 60 };
  const engine = newEngine({ parameters: slow, concurrency: hashConcurrency(64, 4) });
  let ended = 0;
  const flood = Array.from({ length: 4 }, () =>
    engine.hash('flood').then(() => {
      ended += 1;
    }),
  );
  await readFile(import.meta.filename);
  expect([ended, engine.stats.inFlight]).toEqual([0, 2]);
  await Promise.all(flood);
});
