import type { Facts, Happened, SignInState } from './index.ts';
import {
  ACR_1FA,
  ACR_MFA,
  ACR_PHR,
  ACR_RECOVERY,
  acrOf,
  acrSatisfies,
  actionOutcome,
  advance,
  begin,
} from './index.ts';
import { ADA, breakGlassEvents, events, first, type Node, pathOf, reach, step, witnessedAcr } from './walk.fixture.ts';
import { arrivals, settings } from './walk-settings.fixture.ts';
import { factsOf, type Setting } from './walk-world.fixture.ts';

/** What must hold in a node, by the account of the witness. */
function faults(setting: Setting, { state, witness: w, world }: Node): string[] {
  const found: string[] = [];
  const must = (holds: boolean, what: string) => {
    if (!holds) found.push(what);
  };
  const { policy, client } = factsOf(setting, world);
  const acr = witnessedAcr(w);
  const fresh = w.first !== undefined || w.factors.length > 0 || w.code;
  if (state.proven.userId !== undefined && state.at !== 'password')
    must(state.proven.userId === w.who, 'is about the person who was proven');
  if (state.at === 'enrol') must(w.first !== undefined, 'enrols a factor only after a first proof just given');
  if (state.at === 'enrol' && world.held.length > 0 && w.first !== 'passkey') {
    must(acr !== ACR_1FA, 'enrols a factor beside one that is held only after a second proof');
  }
  if (state.at === 'enrol' && w.code && world.recovery.demands !== 'nothing') {
    must(w.waited || w.backed || w.factors.length > 0, 'repairs after a risky recovery only backed or waited for');
  }
  if (state.at === 'replenish') must(fresh && acr !== ACR_1FA, 'makes codes only on a second proof just given');
  if (state.at === 'recovery')
    must(w.first !== undefined, 'asks for a backup code only after a first proof just given');
  if (state.at === 'action') {
    must(w.first !== undefined, 'changes something only after a first proof just given');
    const second = w.factors.length > 0 || w.first === 'passkey' || (w.code && !state.later);
    must(world.held.length === 0 || second, 'changes something only with the second factor that is held');
  }
  if (state.at !== 'done') return found;

  must(acr !== undefined, 'is done only with a first proof');
  must(acrOf(state.proven.proofs) === acr, 'claims the assurance that was witnessed');
  const spared = world.trustedDevice && w.first !== 'mail' && client.acrs.length === 0;
  must(world.held.length === 0 || acr !== ACR_1FA || spared, 'is done only with a second proof when a factor is held');
  must(
    !policy.secondFactorRequired || acr !== ACR_1FA || spared || policy.inGrace,
    'is done only with a second factor where the realm requires it',
  );
  must(
    client.acrs.length === 0 || client.acrs.some((wanted) => acrSatisfies(acr, wanted)),
    'is never done below the wanted class',
  );
  must(acr !== ACR_RECOVERY || client.takesRecovery, 'is done as a recovery only where a recovery may go');
  must(
    !w.code || !policy.repairRequired || w.factors.length > 0,
    'is done after a backup code only repaired, where that is required',
  );
  must(w.first !== 'break_glass' || w.factors.length > 0, 'is done on a sealed code only with a new factor');
  if (w.code && w.factors.length === 0 && world.recovery.demands === 'waiting')
    must(w.waited, 'is done after a very risky recovery only waited for');
  must(!client.consentNeeded || w.allowed, 'is done only with consent');
  must(world.actions.length === 0, 'is done only when nothing required is open');
  const secondNow = w.factors.length > 0 || w.code || w.first === 'passkey';
  if (policy.codesRequired && secondNow && world.factors.length > 0 && acr !== ACR_1FA && fresh) {
    must(
      world.codes !== undefined && world.codes.left > 0 && !world.codes.expired,
      'leaves nobody with a second factor and no code',
    );
  }
  return found;
}

test('no sequence of events, of any length and in any setting, reaches done without its proofs or below the required class (H27)', () => {
  let nodes = 0;
  for (const setting of settings()) {
    for (const node of reach(setting, arrivals)) {
      nodes += 1;
      const found = faults(setting, node);
      if (found.length > 0) {
        throw new Error(
          `${JSON.stringify(setting)}\n${pathOf(node)}\n${JSON.stringify(node.state)}\nmust: ${found.join('; ')}`,
        );
      }
    }
  }
  expect(nodes).toBeGreaterThan(10_000);
});

test('what a sealed code opened reaches done only with a factor, whatever the sequence of events', () => {
  let done = 0;
  for (const setting of settings()) {
    if (setting.world.recovery.demands !== 'nothing') continue;
    for (const node of reach(setting, arrivals, breakGlassEvents)) {
      const found = faults(setting, node);
      if (found.length > 0) throw new Error(`${JSON.stringify(setting)}\n${pathOf(node)}\nmust: ${found.join('; ')}`);
      if (node.state.at === 'done' && node.witness.first === 'break_glass') done += 1;
      // Nobody who needs it knows a password: to ask for one would lock them out again.
      if (node.witness.first === 'break_glass') expect(node.state.at).not.toBe('password');
    }
  }
  expect(done).toBeGreaterThan(0);
});

test('what is over stays over: no event leads out of done or denied', () => {
  const proven = { userId: ADA, proofs: ['password'] as const, deferred: [] };
  const over: SignInState[] = [
    { at: 'done', proven },
    { at: 'denied', why: 'cancelled', proven },
  ];
  for (const state of over) for (const happened of events) expect(advance(state, happened, facts)).toBe(state);
});

test('who can prove everything gets through from the start of every sign-in: the journey has no dead end', () => {
  for (const setting of settings()) {
    if (setting.client.acrs.includes(ACR_PHR)) continue;
    for (const arrival of arrivals) {
      let node = first(setting, arrival);
      for (let count = 0; count < 12 && node.state.at !== 'done'; count += 1) node = step(setting, node, helpful(node));
      if (node.state.at !== 'done') {
        throw new Error(`${JSON.stringify(setting)}\n${pathOf(node)}\nstuck at ${JSON.stringify(node.state)}`);
      }
    }
  }
});

function helpful({ state }: Node): Happened {
  if ((state.at === 'enrol' || state.at === 'replenish') && !state.told) return { event: 'continued' };
  if (state.at === 'factor' || state.at === 'stepUp') return { event: 'proven', factor: state.chosen };
  if (state.at === 'enrol') return { event: 'enrolled', factor: state.chosen };
  if (state.at === 'replenish') return { event: 'codes_confirmed' };
  if (state.at === 'consent') return { event: 'allowed' };
  if (state.at === 'action')
    return state.action === 'CONFIGURE_TOTP'
      ? { event: 'action_done', action: state.action, enrolled: 'totp' }
      : { event: 'action_done', action: state.action };
  return { event: 'opened', by: 'password', userId: state.proven.userId ?? ADA };
}

const facts: Facts = {
  policy: {
    secondFactorRequired: false,
    enrollable: ['totp'],
    inGrace: false,
    codesRequired: true,
    repairRequired: false,
    lowThreshold: 3,
  },
  person: {
    factors: ['totp'],
    codes: { left: 6, expired: false, expiring: false },
    actions: [],
    trustedDevice: false,
    recovery: { demands: 'nothing', channels: [] },
  },
  client: { acrs: [], consentNeeded: false, takesRecovery: true, action: undefined },
};

const toRecovery: Happened[] = [
  { event: 'opened', by: 'password', userId: ADA },
  { event: 'lost' },
  { event: 'recovered', by: 'backup_code' },
];

const walk = (happened: Happened[], with_: Facts) =>
  happened.reduce((state, each) => advance(state, each, with_), begin({ session: undefined, again: 'no' }, with_));

test('a client that wants mfa never gets a recovery sign-in: the lost factor cannot be put off', () => {
  const strict = { ...facts, client: { ...facts.client, acrs: [ACR_MFA] } };
  const state = walk(toRecovery, strict);
  expect(state).toMatchObject({ at: 'enrol', why: 'repair', later: false });
  expect(advance(state, { event: 'put_off' }, strict)).toBe(state);
});

test('where a recovery may not go on to applications, the lost factor is replaced first, and a session of it is asked for more', () => {
  const closed = { ...facts, client: { ...facts.client, takesRecovery: false } };
  const state = walk(toRecovery, closed);
  expect(state).toMatchObject({ at: 'enrol', why: 'repair', later: false });
  expect(advance(state, { event: 'put_off' }, closed)).toBe(state);
  const arrived = begin({ session: { userId: ADA, acr: ACR_RECOVERY }, again: 'no' }, closed);
  expect(arrived).toMatchObject({ at: 'stepUp', why: 'client' });
  expect(advance(arrived, { event: 'proven', factor: 'totp' }, closed).at).toBe('done');
  expect(begin({ session: { userId: ADA, acr: ACR_RECOVERY }, again: 'no' }, facts).at).toBe('done');
});

test('a set that will expire soon is offered anew after a second proof, and may be put off; a browser that is spared is not asked', () => {
  const codes = { left: 9, expired: false, expiring: true };
  const soon = { ...facts, person: facts.person && { ...facts.person, codes } };
  const known: Happened = { event: 'opened', by: 'password', userId: ADA };
  const offered = walk([known, { event: 'proven', factor: 'totp' }], soon);
  expect(offered).toMatchObject({ at: 'replenish', why: 'expiring', told: false, later: true });
  expect(advance(offered, { event: 'put_off' }, soon).at).toBe('done');
  const trusted = { ...soon, person: soon.person && { ...soon.person, trustedDevice: true } };
  expect(walk([known], trusted).at).toBe('done');
  expect(begin({ session: { userId: ADA, acr: ACR_MFA }, again: 'no' }, soon).at).toBe('done');
});

test('being barred voids every proof: guessing cannot go on without the password (KC#26180)', () => {
  const factor = walk([{ event: 'opened', by: 'password', userId: ADA }], facts);
  expect(factor.at).toBe('factor');
  expect(advance(factor, { event: 'barred' }, facts)).toEqual({
    at: 'identify',
    proven: { userId: undefined, proofs: [], deferred: [] },
  });
});

test('an action that the application asks for may be declined, and the sign-in goes on; one of the realm may not', () => {
  const asked = { ...facts, client: { ...facts.client, action: 'UPDATE_PASSWORD' } };
  const proofs: Happened[] = [
    { event: 'opened', by: 'password', userId: ADA },
    { event: 'proven', factor: 'totp' },
  ];
  const action = walk(proofs, asked);
  expect(action).toMatchObject({ at: 'action', action: 'UPDATE_PASSWORD', later: true });
  const declined = advance(action, { event: 'put_off' }, asked);
  expect(declined.at).toBe('done');
  expect(actionOutcome(declined.proven, 'UPDATE_PASSWORD')).toBe('cancelled');
  const done = advance(action, { event: 'action_done', action: 'UPDATE_PASSWORD' }, asked);
  expect(actionOutcome(done.proven, 'UPDATE_PASSWORD')).toBe('success');
  expect(actionOutcome(done.proven, 'VERIFY_EMAIL')).toBe('error');

  const required = { ...facts, person: facts.person && { ...facts.person, actions: ['UPDATE_PASSWORD'] } };
  const must = walk(proofs, required);
  expect(must).toMatchObject({ at: 'action', later: false });
  expect(advance(must, { event: 'put_off' }, required)).toBe(must);
});

test('an action never starts from a session or a trusted browser alone (AK#18639, CVE-2026-3429)', () => {
  const asked = {
    ...facts,
    client: { ...facts.client, action: 'UPDATE_PASSWORD' },
    person: facts.person && { ...facts.person, trustedDevice: true },
  };
  const arrived = begin({ session: { userId: ADA, acr: ACR_MFA }, again: 'no' }, asked);
  expect(arrived).toMatchObject({ at: 'password', proven: { proofs: [] } });
  const known = advance(arrived, { event: 'opened', by: 'password', userId: ADA }, asked);
  expect(known.at).toBe('factor');
});

test('a recovery does what the realm requires, and nothing an application asks for', () => {
  const asked = { ...facts, client: { ...facts.client, action: 'UPDATE_PASSWORD' } };
  const deferred = walk([...toRecovery, { event: 'put_off' }], asked);
  expect(deferred.at).toBe('done');
  expect(actionOutcome(deferred.proven, 'UPDATE_PASSWORD')).toBe('error');
  const required = { ...facts, person: facts.person && { ...facts.person, actions: ['UPDATE_PASSWORD'] } };
  expect(walk([...toRecovery, { event: 'put_off' }], required)).toMatchObject({ at: 'action' });
});

test('a trusted device never spares the second proof of a recovery, nor one that a client asks for', () => {
  const trusted = { ...facts, person: facts.person && { ...facts.person, trustedDevice: true } };
  expect(walk([{ event: 'opened', by: 'password', userId: ADA }], trusted).at).toBe('done');
  const mfa = { ...trusted, client: { ...facts.client, acrs: [ACR_MFA] } };
  expect(walk([{ event: 'opened', by: 'password', userId: ADA }], mfa).at).toBe('factor');
  const byMail: Happened[] = [
    { event: 'tried_mail', login: 'ada' },
    { event: 'opened', by: 'mail', userId: ADA },
  ];
  expect(walk(byMail, trusted).at).toBe('factor');
});
