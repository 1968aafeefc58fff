import { pbkdf2 as pbkdf2Callback, timingSafeEqual } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { promisify } from 'node:util';
import { type HashCost, type HashingProfile, hashingProfiles } from '@sparekey/policy';
import argon2 from 'argon2';
import { Gate } from './gate.ts';
import { formatPhc, parsePhc, type StoredHash } from './phc.ts';

const pbkdf2 = promisify(pbkdf2Callback);

export type Argon2Parameters = HashCost;

/** OWASP's first choice (Password Storage Cheat Sheet): 19 MiB, two passes, one lane. */
export const DEFAULT_ARGON2: Argon2Parameters = hashingProfiles.standard;

const SALT_BYTES = 16;
const HASH_BYTES = 32;

export interface HashStats {
  /** Slow hashes computed since the start, of every kind and for every purpose. */
  evaluations: number;
  inFlight: number;
  queued: number;
  /** Stored hashes met that no longer verify anything because their format is not allowed. */
  unsupported: number;
}

/**
 * The only place where slow hashes are computed: at most as many at once as there are cores, a bounded queue before
 * them, then `overloaded` with a time to come back.
 */
export interface HashEngine {
  readonly stats: Readonly<HashStats>;
  /** What new hashes cost under a profile of the policy. */
  costOf(profile: HashingProfile): Readonly<Argon2Parameters>;
  /** argon2id with the parameters of the profile and a fresh salt, as a PHC string. One evaluation. */
  hash(password: string, profile?: HashingProfile): Promise<string>;
  /**
   * Exactly one evaluation, whatever the outcome. Without a stored hash (nobody of that name, or no password) the
   * evaluation is one with the parameters of the profile and its outcome is false. The password is taken as received: no
   * normalisation, because imported hashes were made without (and ASVS 6.2.8 asks for it).
   */
  verify(phc: string | undefined, password: string, profile?: HashingProfile): Promise<boolean>;
  /** True for a hash weaker than one made now: another scheme, or any parameter below the current one. */
  needsRehash(phc: string, profile?: HashingProfile): boolean;
  /** Raw argon2id 1.3 output of each input, one evaluation each, one at a time, so that others get their turn between. */
  argon2id(inputs: readonly string[], salt: Buffer, parameters: Argon2Parameters): Promise<Buffer[]>;
}

export interface HashEngineOptions {
  random: (count: number) => Buffer;
  /** What the profile `standard` costs. */
  parameters?: Argon2Parameters;
  /** Evaluations at once; `hashConcurrency` of this machine's cores and libuv's own pool by default. */
  concurrency?: number;
  /** Evaluations that may wait for their turn. */
  queueLimit?: number;
}

/** Threads of the pool that hashes leave to name look-ups, files and signatures. */
const THREADS_FOR_OTHERS = 2;

/**
 * Evaluations at once on `cores` cores in a pool of `threads`: one core is left to everything else that the process does,
 * or a flood of passwords would starve the tokens of who is signed in; and argon2 holds a thread of libuv's pool for as
 * long as it takes, and one hash on each would have a database wait for its own name. At least one.
 */
export function hashConcurrency(cores: number, threads: number): number {
  return Math.max(1, Math.min(cores - 1, threads - THREADS_FOR_OTHERS));
}

export function createHashEngine(options: HashEngineOptions): HashEngine {
  const {
    random,
    parameters = DEFAULT_ARGON2,
    concurrency = hashConcurrency(availableParallelism(), 4),
    queueLimit = 64,
  } = options;
  const gate = new Gate({ concurrency, queueLimit });
  let evaluations = 0;
  let unsupported = 0;

  /** Stands for everyone who has no hash: of today's cost, and of random bytes that no password gives. */
  const nobody = { salt: random(SALT_BYTES), hash: random(HASH_BYTES) };

  const costOf = (profile: HashingProfile = 'standard') =>
    profile === 'standard' ? parameters : hashingProfiles[profile];

  function evaluate(like: StoredHash, input: string, admitted = false): Promise<Buffer> {
    return gate.run(
      () => {
        evaluations++;
        return compute(like, Buffer.from(input, 'utf8'));
      },
      { admitted },
    );
  }

  function read(phc: string | undefined): StoredHash | undefined {
    try {
      return phc === undefined ? undefined : parsePhc(phc);
    } catch {
      unsupported++;
      return undefined;
    }
  }

  return {
    costOf,
    get stats() {
      return { evaluations, inFlight: gate.inFlight, queued: gate.queued, unsupported };
    },
    async hash(password, profile) {
      const stored = { ...fresh(costOf(profile)), salt: random(SALT_BYTES), hash: Buffer.alloc(HASH_BYTES) };
      return formatPhc({ ...stored, hash: await evaluate(stored, password) });
    },
    async verify(phc, password, profile) {
      const stored = read(phc);
      const like = stored ?? { ...fresh(costOf(profile)), ...nobody };
      const matches = timingSafeEqual(await evaluate(like, password), like.hash);
      return stored !== undefined && matches;
    },
    needsRehash(phc, profile) {
      const cost = costOf(profile);
      const stored = parsePhc(phc);
      return (
        stored.scheme !== 'argon2id' ||
        stored.version !== 0x13 ||
        stored.memoryKib < cost.memoryKib ||
        stored.iterations < cost.iterations ||
        stored.salt.byteLength < SALT_BYTES ||
        stored.hash.byteLength < HASH_BYTES
      );
    },
    async argon2id(inputs, salt, cost) {
      const like = { ...fresh(cost), salt, hash: Buffer.alloc(HASH_BYTES) };
      const outputs: Buffer[] = [];
      // The first may be refused by a full queue; a set half made is then finished, its share of the queue being one.
      for (const input of inputs) outputs.push(await evaluate(like, input, outputs.length > 0));
      return outputs;
    },
  };
}

function fresh(parameters: Argon2Parameters) {
  return { scheme: 'argon2id', version: 0x13, ...parameters } as const;
}

function compute(stored: StoredHash, input: Buffer): Promise<Buffer> {
  const length = stored.hash.byteLength;
  if (stored.scheme === 'pbkdf2') return pbkdf2(input, stored.salt, stored.iterations, length, stored.digest);
  return argon2.hash(input, {
    raw: true,
    type: argon2[stored.scheme],
    version: stored.version,
    memoryCost: stored.memoryKib,
    timeCost: stored.iterations,
    parallelism: stored.parallelism,
    hashLength: length,
    salt: stored.salt,
  });
}
