import type { UserId } from '@sparekey/contracts';
import type { Arrival, Facts, Happened, SignInState } from './index.ts';
import { ACR_1FA, ACR_MFA, ACR_RECOVERY, acrOf, acrSatisfies, advance, begin } from './index.ts';

const ADA = 'ada' as UserId;
const EVE = 'eve' as UserId;

const events: Happened[] = [
  { event: 'password_proven', userId: ADA },
  { event: 'password_proven', userId: EVE },
  { event: 'totp_proven' },
  { event: 'backup_code_proven' },
  { event: 'totp_enrolled' },
  { event: 'codes_confirmed' },
  { event: 'tried_backup_code' },
  { event: 'tried_totp' },
  { event: 'other_person' },
  { event: 'continued' },
  { event: 'put_off' },
  { event: 'allowed' },
  { event: 'refused' },
  { event: 'cancelled' },
  { event: 'barred' },
];

/** What really happened, kept beside the machine and without its help. */
interface Witness {
  who: UserId | undefined;
  session: string | undefined;
  password: boolean;
  totp: boolean;
  code: boolean;
  enrolled: boolean;
  allowed: boolean;
}

interface World {
  secondFactors: number;
  codes: { left: number; expired: boolean } | undefined;
}

interface Node {
  state: SignInState;
  world: World;
  witness: Witness;
  path: string[];
}

const nothing: Witness = {
  who: undefined,
  session: undefined,
  password: false,
  totp: false,
  code: false,
  enrolled: false,
  allowed: false,
};

/** A proof is real only where it was asked for: elsewhere the event is a forgery, and the machine must ignore it. */
function observe(node: Node, happened: Happened): { witness: Witness; world: World } {
  const { state, world } = node;
  let witness = { ...node.witness };
  let next = world;
  if (happened.event === 'barred' && state.at !== 'done' && state.at !== 'denied') witness = { ...nothing };
  if (happened.event === 'other_person' && state.at === 'password') witness = { ...nothing };
  if (happened.event === 'password_proven') {
    if (state.at === 'identify') witness = { ...nothing, who: happened.userId, password: true };
    if (state.at === 'password' && happened.userId === state.proven.userId) witness.password = true;
  }
  if (happened.event === 'totp_proven' && (state.at === 'factor' || state.at === 'stepUp')) witness.totp = true;
  if (happened.event === 'backup_code_proven' && state.at === 'recovery') {
    witness.code = true;
    next = { ...world, codes: world.codes && { ...world.codes, left: Math.max(0, world.codes.left - 1) } };
  }
  if (happened.event === 'totp_enrolled' && state.at === 'enrol' && state.told) {
    witness.enrolled = true;
    next = { ...world, secondFactors: 1 };
  }
  if (happened.event === 'codes_confirmed' && state.at === 'replenish' && state.told) {
    next = { ...world, codes: { left: 10, expired: false } };
  }
  if (happened.event === 'allowed' && state.at === 'consent') witness.allowed = true;
  return { witness, world: next };
}

interface Setting {
  arrival: Arrival;
  world: World;
  policy: Facts['policy'];
  client: Facts['client'];
}

function factsOf(setting: Setting, world: World): Facts {
  return { policy: setting.policy, client: setting.client, person: world };
}

/** Every node that any sequence of events, of any length, can reach. */
function reach(setting: Setting): Node[] {
  const state = begin(setting.arrival, factsOf(setting, setting.world));
  const { session, again } = setting.arrival;
  const carried = session !== undefined && again === 'no';
  const first: Node = {
    state,
    world: setting.world,
    witness: {
      ...nothing,
      who: again === 'any_person' ? undefined : session?.userId,
      session: carried ? (session.acr ?? ACR_1FA) : undefined,
    },
    path: [],
  };
  const key = (n: Node) => JSON.stringify([n.state, n.world, n.witness]);
  const seen = new Map([[key(first), first]]);
  const queue = [first];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    for (const happened of events) {
      const { witness, world } = observe(node, happened);
      const next: Node = {
        state: advance(node.state, happened, factsOf(setting, world)),
        world,
        witness,
        path: [...node.path, happened.event],
      };
      // Asking for the password again voids what the session brought along.
      if (next.state.at === 'password' && node.state.at !== 'password') next.witness = { ...nothing, who: witness.who };
      if (seen.has(key(next))) continue;
      if (next.state.proven.proofs.length > 12) throw new Error(`proofs pile up: ${next.path.join(' ')}`);
      seen.set(key(next), next);
      queue.push(next);
    }
  }
  return [...seen.values()];
}

function* settings(): Generator<Setting> {
  const arrivals: Arrival[] = [
    { session: undefined, again: 'no' },
    ...[undefined, ACR_1FA, ACR_RECOVERY, ACR_MFA].map(
      (acr): Arrival => ({ session: { userId: ADA, acr }, again: 'no' }),
    ),
    { session: { userId: ADA, acr: ACR_MFA }, again: 'same_person' },
    { session: { userId: ADA, acr: ACR_MFA }, again: 'any_person' },
  ];
  const worlds: World[] = [
    { secondFactors: 0, codes: undefined },
    { secondFactors: 1, codes: undefined },
    { secondFactors: 1, codes: { left: 0, expired: false } },
    { secondFactors: 1, codes: { left: 1, expired: false } },
    { secondFactors: 1, codes: { left: 10, expired: false } },
    { secondFactors: 2, codes: { left: 10, expired: true } },
  ];
  for (const arrival of arrivals)
    for (const world of worlds)
      for (const acrs of [[], [ACR_1FA], [ACR_MFA], [ACR_RECOVERY], ['urn:unknown']])
        for (const consentNeeded of [false, true])
          for (const secondFactorRequired of [false, true])
            for (const codesRequired of [false, true])
              for (const repairRequired of [false, true])
                yield {
                  arrival,
                  world,
                  client: { acrs, consentNeeded },
                  policy: { secondFactorRequired, codesRequired, repairRequired, lowThreshold: 3 },
                };
}

/** Assurance by the witness's account alone. */
function witnessedAcr(w: Witness): string | undefined {
  if (!w.password && w.session === undefined) return undefined;
  if (w.totp || w.enrolled || w.session === ACR_MFA) return ACR_MFA;
  return w.code || w.session === ACR_RECOVERY ? ACR_RECOVERY : ACR_1FA;
}

function faults(setting: Setting, { state, witness: w, world }: Node): string[] {
  const found: string[] = [];
  const must = (holds: boolean, what: string) => {
    if (!holds) found.push(what);
  };
  if (state.proven.userId !== undefined && state.at !== 'password')
    must(state.proven.userId === w.who, 'is the person who was proven');
  if (state.at === 'enrol' || state.at === 'replenish')
    must(w.password || w.totp || w.code, 'changes factors only on a fresh proof');
  if (state.at === 'enrol') must(w.password, 'enrols a factor only after the password');
  if (state.at === 'recovery') must(w.password, 'asks for a backup code only after the password');
  if (state.at !== 'done') return found;
  const acr = witnessedAcr(w);
  must(acr !== undefined, 'is done only with a first proof');
  must(acrOf(state.proven.proofs) === acr, 'claims the assurance that was witnessed');
  must(setting.world.secondFactors === 0 || acr !== ACR_1FA, 'is done only with a second proof when a factor is held');
  must(
    !setting.policy.secondFactorRequired || acr !== ACR_1FA,
    'is done only with a second factor where the realm requires it',
  );
  const { acrs } = setting.client;
  must(
    acrs.length === 0 || acrs.some((a) => a === acr || (a === ACR_1FA && acr !== undefined)),
    'is never done below the wanted class',
  );
  must(
    !w.code || !setting.policy.repairRequired || w.enrolled || w.totp,
    'is done after a backup code only repaired, where that is required',
  );
  must(!setting.client.consentNeeded || w.allowed, 'is done only with consent');
  if (setting.policy.codesRequired && (w.totp || w.code || w.enrolled)) {
    must(
      world.codes !== undefined && world.codes.left > 0 && !world.codes.expired,
      'leaves nobody with a second factor and no code',
    );
  }
  return found;
}

test('no sequence of events, of any length and in any setting, reaches done without its proofs or below the required class', () => {
  let nodes = 0;
  for (const setting of settings()) {
    for (const node of reach(setting)) {
      nodes += 1;
      const found = faults(setting, node);
      if (found.length > 0)
        throw new Error(
          `${JSON.stringify(setting)}\n${node.path.join(' → ')}\n${JSON.stringify(node.state)}\nmust: ${found.join('; ')}`,
        );
    }
  }
  expect(nodes).toBeGreaterThan(10_000);
});

test('from every state somebody who can prove everything gets through: the journey has no dead end', () => {
  for (const setting of settings()) {
    if (setting.client.acrs.includes('urn:unknown') || setting.client.acrs[0] === ACR_RECOVERY) continue;
    for (const start of reach(setting)) {
      if (start.state.at === 'denied' || setting.client.consentNeeded || setting.policy.repairRequired) continue;
      let node: Node = start;
      const helpful: Record<string, Happened> = {
        identify: { event: 'password_proven', userId: ADA },
        factor: { event: 'totp_proven' },
        stepUp: { event: 'totp_proven' },
        recovery: { event: 'tried_totp' },
        enrol: { event: 'totp_enrolled' },
        replenish: { event: 'codes_confirmed' },
        consent: { event: 'allowed' },
      };
      for (let step = 0; step < 8 && node.state.at !== 'done'; step += 1) {
        const { state } = node;
        let happened = helpful[state.at] ?? { event: 'password_proven', userId: state.proven.userId ?? ADA };
        if ((state.at === 'enrol' || state.at === 'replenish') && !state.told) happened = { event: 'continued' };
        const { witness, world } = observe(node, happened);
        node = {
          state: advance(state, happened, factsOf(setting, world)),
          world,
          witness,
          path: [...node.path, happened.event],
        };
      }
      if (node.state.at !== 'done')
        throw new Error(`${JSON.stringify(setting)}\n${node.path.join(' → ')}\nstuck at ${JSON.stringify(node.state)}`);
    }
  }
});

test('a client that wants mfa never gets a recovery sign-in: the lost factor cannot be put off', () => {
  const facts: Facts = {
    policy: { secondFactorRequired: false, codesRequired: true, repairRequired: false, lowThreshold: 3 },
    person: { secondFactors: 1, codes: { left: 6, expired: false } },
    client: { acrs: [ACR_MFA], consentNeeded: false },
  };
  let state = begin({ session: undefined, again: 'no' }, facts);
  for (const happened of [
    { event: 'password_proven', userId: ADA },
    { event: 'tried_backup_code' },
    { event: 'backup_code_proven' },
  ] as Happened[]) {
    state = advance(state, happened, facts);
  }
  expect(state).toMatchObject({ at: 'enrol', why: 'repair', later: false });
  expect(advance(state, { event: 'put_off' }, facts)).toBe(state);
});

test('being barred voids every proof: guessing cannot go on without the password (CVE class of surviving auth sessions)', () => {
  const facts: Facts = {
    policy: { secondFactorRequired: false, codesRequired: true, repairRequired: false, lowThreshold: 3 },
    person: { secondFactors: 1, codes: undefined },
    client: { acrs: [], consentNeeded: false },
  };
  const factor = advance(
    begin({ session: undefined, again: 'no' }, facts),
    { event: 'password_proven', userId: ADA },
    facts,
  );
  expect(factor.at).toBe('factor');
  expect(advance(factor, { event: 'barred' }, facts)).toEqual({
    at: 'identify',
    proven: { userId: undefined, proofs: [], deferred: [] },
  });
});

test('mfa satisfies 1fa, and recovery never satisfies mfa', () => {
  expect(acrSatisfies(ACR_MFA, ACR_1FA)).toBe(true);
  expect(acrSatisfies(ACR_RECOVERY, ACR_MFA)).toBe(false);
  expect(acrSatisfies(ACR_1FA, ACR_MFA)).toBe(false);
  expect(acrSatisfies(undefined, ACR_1FA)).toBe(false);
});
