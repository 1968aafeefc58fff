import type { UserId } from '@sparekey/contracts';
import type { Arrival, Facts, Happened, PersonFacts, SignInState } from './index.ts';
import {
  ACR_1FA,
  ACR_MFA,
  ACR_PHR,
  ACR_RECOVERY,
  advance,
  begin,
  type FirstProof,
  type SecondFactor,
} from './index.ts';

export const ADA = 'ada' as UserId;
const EVE = 'eve' as UserId;

export const events: Happened[] = [
  { event: 'opened', by: 'password', userId: ADA },
  { event: 'opened', by: 'password', userId: EVE },
  { event: 'opened', by: 'passkey', userId: ADA },
  { event: 'opened', by: 'mail', userId: ADA },
  { event: 'proven', factor: 'totp' },
  { event: 'proven', factor: 'webauthn' },
  { event: 'proven', factor: 'email' },
  { event: 'recovered', by: 'backup_code' },
  { event: 'enrolled', factor: 'totp' },
  { event: 'codes_confirmed' },
  { event: 'action_done', action: 'UPDATE_PASSWORD' },
  { event: 'action_done', action: 'CONFIGURE_TOTP', enrolled: 'totp' },
  { event: 'waited' },
  { event: 'tried', way: 'email' },
  { event: 'tried', way: 'totp' },
  { event: 'lost' },
  { event: 'tried_mail', login: 'ada' },
  { event: 'other_person' },
  { event: 'continued' },
  { event: 'put_off' },
  { event: 'allowed' },
  { event: 'refused' },
  { event: 'cancelled' },
  { event: 'barred' },
];

/** A sign-in on what a sealed code opened, apart from the others: beside them the walk would take minutes. */
export const breakGlassEvents: Happened[] = [
  ...events.filter(({ event }) => event !== 'opened' && event !== 'tried_mail' && event !== 'recovered'),
  { event: 'opened', by: 'break_glass', userId: ADA },
];

/** What really happened, kept beside the machine and without its help. */
export interface Witness {
  who: UserId | undefined;
  session: string | undefined;
  first: FirstProof | undefined;
  factors: SecondFactor[];
  /** A passkey or security key that was there before was shown as second factor. */
  resistant: boolean;
  code: boolean;
  backed: boolean;
  waited: boolean;
  allowed: boolean;
  acted: boolean;
}

export type World = Pick<PersonFacts, 'factors' | 'codes' | 'trustedDevice' | 'actions' | 'recovery'>;

export interface Node {
  state: SignInState;
  world: World;
  witness: Witness;
  /** The last event, and what was before it. */
  came: { by: string; from: Node } | undefined;
}

/** The events that led to a node. */
export function pathOf(node: Node): string {
  const path: string[] = [];
  for (let at: Node = node; at.came !== undefined; at = at.came.from) path.unshift(at.came.by);
  return path.join(' → ');
}

export interface Setting {
  arrival: Arrival;
  world: World;
  policy: Facts['policy'];
  client: Facts['client'];
}

const nothing: Witness = {
  who: undefined,
  session: undefined,
  first: undefined,
  factors: [],
  resistant: false,
  code: false,
  backed: false,
  waited: false,
  allowed: false,
  acted: false,
};

export function factsOf(setting: Setting, world: World): Facts {
  return { policy: setting.policy, client: setting.client, person: world };
}

/** A proof is real only where it was asked for: elsewhere the event is a forgery, and the machine must ignore it. */
export function observe(node: Node, happened: Happened): { witness: Witness; world: World } {
  const { state, world } = node;
  const witness = { ...node.witness, factors: [...node.witness.factors] };
  if (state.at === 'done' || state.at === 'denied') return { witness, world };
  const same = { witness, world };
  switch (happened.event) {
    case 'barred':
      return { witness: { ...nothing }, world };
    case 'other_person':
      return state.at === 'password' || state.at === 'mail' ? { witness: { ...nothing }, world } : same;
    case 'tried_mail':
      return state.at === 'identify' ? { witness: { ...nothing }, world } : same;
    case 'opened': {
      const asked =
        (state.at === 'identify' && happened.by !== 'mail') ||
        (state.at === 'mail' && happened.by === 'mail') ||
        (state.at === 'password' &&
          happened.by !== 'mail' &&
          happened.by !== 'break_glass' &&
          happened.userId === state.proven.userId);
      // What a sealed code opened stands in for the second factor as well.
      const code = happened.by === 'break_glass';
      return asked ? { witness: { ...nothing, who: happened.userId, first: happened.by, code }, world } : same;
    }
    case 'proven':
      if (state.at !== 'factor' && state.at !== 'stepUp') return same;
      if (state.chosen !== happened.factor) return same;
      if (state.at === 'stepUp' && state.why === 'risk') witness.backed = true;
      else {
        witness.factors.push(happened.factor);
        witness.resistant ||= happened.factor === 'webauthn';
      }
      return same;
    case 'recovered': {
      if (state.at !== 'recovery') return same;
      witness.code = true;
      const codes = world.codes && { ...world.codes, left: Math.max(0, world.codes.left - 1) };
      return { witness, world: { ...world, codes } };
    }
    case 'tried':
      // The device turned up: what was recovered until now does not count any more.
      if (state.at === 'coolDown' && world.factors.includes(happened.way))
        witness.code = witness.first === 'break_glass';
      return same;
    case 'waited':
      if (state.at === 'coolDown') witness.waited = true;
      return same;
    case 'enrolled': {
      if (state.at !== 'enrol' || !state.told || state.chosen !== happened.factor) return same;
      witness.factors.push(happened.factor);
      return { witness, world: { ...world, factors: [...new Set([...world.factors, happened.factor])] } };
    }
    case 'codes_confirmed':
      if (state.at !== 'replenish' || !state.told) return same;
      return { witness, world: { ...world, codes: { left: 10, expired: false } } };
    case 'action_done':
      if (state.at !== 'action' || state.action !== happened.action) return same;
      witness.acted = true;
      if (happened.enrolled) witness.factors.push(happened.enrolled);
      return {
        witness,
        world: {
          ...world,
          factors: [...new Set([...world.factors, ...(happened.enrolled ? [happened.enrolled] : [])])],
          actions: world.actions.filter((action) => action !== happened.action),
        },
      };
    case 'allowed':
      if (state.at === 'consent') witness.allowed = true;
      return same;
    default:
      return same;
  }
}

export function step(setting: Setting, node: Node, happened: Happened): Node {
  const { witness, world } = observe(node, happened);
  const state = advance(node.state, happened, factsOf(setting, world));
  // Asking for the password again voids what was there.
  const voided = state.at === 'password' && node.state.at !== 'password';
  return {
    state,
    world,
    witness: voided ? { ...nothing, who: witness.who } : witness,
    came: { by: happened.event, from: node },
  };
}

export function first(setting: Setting): Node {
  const { session, again } = setting.arrival;
  const carried = session !== undefined && again === 'no';
  return {
    state: begin(setting.arrival, factsOf(setting, setting.world)),
    world: setting.world,
    witness: {
      ...nothing,
      who: again === 'any_person' ? undefined : session?.userId,
      session: carried ? (session.acr ?? ACR_1FA) : undefined,
    },
    came: undefined,
  };
}

/** Every node that any sequence of events, of any length, can reach. */
export function reach(setting: Setting, asked: readonly Happened[] = events): Node[] {
  const start = first(setting);
  const key = ({ state, world, witness }: Node) =>
    JSON.stringify([
      {
        ...state,
        proven: {
          ...state.proven,
          proofs: [...new Set(state.proven.proofs)].sort(),
          deferred: [...new Set(state.proven.deferred)].sort(),
        },
      },
      world,
      { ...witness, factors: [...new Set(witness.factors)].sort() },
    ]);
  const seen = new Map([[key(start), start]]);
  const queue = [start];
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    for (const happened of asked) {
      const next = step(setting, node, happened);
      const id = key(next);
      if (seen.has(id)) continue;
      seen.set(id, next);
      queue.push(next);
    }
  }
  return [...seen.values()];
}

const calm: World['recovery'] = { demands: 'nothing', channels: ['email'] };

const worlds: World[] = [
  { factors: [], codes: undefined, trustedDevice: false, actions: ['CONFIGURE_TOTP'], recovery: calm },
  { factors: ['totp'], codes: undefined, trustedDevice: false, actions: ['UPDATE_PASSWORD'], recovery: calm },
  { factors: ['totp'], codes: { left: 1, expired: false }, trustedDevice: false, actions: [], recovery: calm },
  { factors: ['webauthn'], codes: { left: 9, expired: false }, trustedDevice: false, actions: [], recovery: calm },
  { factors: ['totp', 'email'], codes: { left: 9, expired: false }, trustedDevice: true, actions: [], recovery: calm },
  {
    factors: ['totp'],
    codes: { left: 9, expired: false },
    trustedDevice: false,
    actions: [],
    recovery: { demands: 'other_channel', channels: ['email'] },
  },
  {
    factors: ['totp'],
    codes: { left: 9, expired: true },
    trustedDevice: true,
    actions: [],
    recovery: { demands: 'waiting', channels: [] },
  },
  {
    factors: ['email'],
    codes: { left: 9, expired: false },
    trustedDevice: false,
    actions: [],
    recovery: { demands: 'other_channel', channels: [] },
  },
];

const arrivals: Arrival[] = [
  { session: undefined, again: 'no' },
  ...[ACR_1FA, ACR_RECOVERY, ACR_MFA, ACR_PHR].map((acr): Arrival => ({ session: { userId: ADA, acr }, again: 'no' })),
  { session: { userId: ADA, acr: ACR_MFA }, again: 'same_person' },
];

/** Realms, clients, people and arrivals, each varied where the others may depend on it. */
export function* settings(): Generator<Setting> {
  for (const arrival of arrivals)
    for (const world of worlds)
      for (const acrs of [[], [ACR_MFA], [ACR_PHR]])
        for (const [secondFactorRequired, codesRequired, repairRequired, inGrace, consentNeeded] of [
          [false, false, false, false, false],
          [true, true, true, false, true],
          [true, true, false, true, false],
          [false, true, false, false, true],
        ] as const) {
          const action = consentNeeded ? 'UPDATE_PASSWORD' : undefined;
          yield {
            arrival,
            world,
            client: { acrs, consentNeeded, action },
            policy: {
              secondFactorRequired,
              codesRequired,
              repairRequired,
              inGrace,
              enrollable: ['totp', 'email'],
              lowThreshold: 3,
            },
          };
        }
}

/** Assurance by the witness's account alone. */
export function witnessedAcr(w: Witness): string | undefined {
  if (w.first === undefined && w.session === undefined) return undefined;
  if (w.first === 'passkey' || w.resistant || w.session === ACR_PHR) return ACR_PHR;
  const counted = w.factors.filter((factor) => !(factor === 'email' && w.first === 'mail'));
  if (counted.length > 0 || w.session === ACR_MFA) return ACR_MFA;
  return w.code || w.session === ACR_RECOVERY ? ACR_RECOVERY : ACR_1FA;
}
