import type { UserId } from '@sparekey/contracts';
import type { Arrival, Happened, SignInState } from './index.ts';
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

import { after, factsOf, type Setting, type Weather, type World, weathers, withEntry } from './walk-world.fixture.ts';

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
  { event: 'action_done', action: 'VERIFY_EMAIL' },
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

/** A sign-in on what a sealed code opened, apart from the others: beside them the walk would take long. */
export const breakGlassEvents: Happened[] = [
  ...events.filter(({ event }) => event !== 'opened' && event !== 'tried_mail' && event !== 'recovered'),
  { event: 'opened', by: 'break_glass', userId: ADA },
];

/** What really happened, kept beside the machine and without its help. */
export interface Witness {
  who: UserId | undefined;
  session: string | undefined;
  first: FirstProof | undefined;
  factors: readonly SecondFactor[];
  /** A passkey or security key that was there before was shown as second factor. */
  resistant: boolean;
  code: boolean;
  backed: boolean;
  waited: boolean;
  allowed: boolean;
  acted: boolean;
}

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

/**
 * A proof is real only where it was asked for: elsewhere the event is a forgery, and the machine must ignore it. What
 * did not change is handed back as it was.
 */
export function observe({ state, world, witness }: Node, happened: Happened): { witness: Witness; world: World } {
  const same = { witness, world };
  const seen = (change: Partial<Witness>) => ({ witness: { ...witness, ...change }, world });
  const anew = (change: Partial<Witness> = {}) => ({ witness: { ...nothing, ...change }, world });
  if (state.at === 'done' || state.at === 'denied') return same;
  switch (happened.event) {
    case 'barred':
      return anew();
    case 'other_person':
      return state.at === 'password' || state.at === 'mail' ? anew() : same;
    case 'tried_mail':
      return state.at === 'identify' ? anew() : same;
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
      return asked ? anew({ who: happened.userId, first: happened.by, code }) : same;
    }
    case 'proven':
      if (state.at !== 'factor' && state.at !== 'stepUp') return same;
      if (state.chosen !== happened.factor) return same;
      if (state.at === 'stepUp' && state.why === 'risk') return seen({ backed: true });
      return seen({
        factors: withEntry(witness.factors, happened.factor),
        resistant: witness.resistant || happened.factor === 'webauthn',
      });
    case 'recovered': {
      if (state.at !== 'recovery') return same;
      const codes = world.codes && { ...world.codes, left: Math.max(0, world.codes.left - 1) };
      return { witness: { ...witness, code: true }, world: { ...world, codes } };
    }
    case 'tried':
      // The device turned up: what was recovered until now does not count any more.
      return state.at === 'coolDown' && world.factors.includes(happened.way) ? seen({ code: false }) : same;
    case 'waited':
      return state.at === 'coolDown' ? seen({ waited: true }) : same;
    case 'enrolled': {
      if (state.at !== 'enrol' || !state.told || state.chosen !== happened.factor) return same;
      const factors = withEntry(witness.factors, happened.factor);
      return {
        witness: { ...witness, factors },
        world: { ...world, factors: withEntry(world.factors, happened.factor) },
      };
    }
    case 'codes_confirmed':
      if (state.at !== 'replenish' || !state.told) return same;
      return { witness, world: { ...world, codes: { left: 10, expired: false, expiring: false } } };
    case 'action_done': {
      if (state.at !== 'action' || state.action !== happened.action) return same;
      const enrolled = happened.enrolled ? [happened.enrolled] : [];
      return {
        witness: { ...witness, acted: true, factors: enrolled.reduce(withEntry, witness.factors) },
        world: {
          ...world,
          factors: enrolled.reduce(withEntry, world.factors),
          actions: world.actions.filter((action) => action !== happened.action),
        },
      };
    }
    case 'allowed':
      return state.at === 'consent' ? seen({ allowed: true }) : same;
    default:
      return same;
  }
}

/** The node after an event; the same node when nothing moved, neither in the machine nor in the world. */
export function step(setting: Setting, node: Node, happened: Happened): Node {
  const { witness, world } = observe(node, happened);
  const state = advance(node.state, happened, factsOf(setting, world));
  if (state === node.state && witness === node.witness && world === node.world) return node;
  // Asking for the password again voids what was there.
  const voided = state.at === 'password' && node.state.at !== 'password';
  return {
    state,
    world,
    witness: voided ? { ...nothing, who: witness.who } : witness,
    came: { by: happened.event, from: node },
  };
}

/** Every request looks again before anything else: what changed beside the sign-in is seen before it counts. */
export function weathered(setting: Setting, node: Node, weather: Weather): Node {
  const world = after(weather, node.world);
  const state = advance(node.state, { event: 'revisited' }, factsOf(setting, world));
  const voided = state.at === 'password' && node.state.at !== 'password';
  const witness = voided ? { ...nothing, who: node.witness.who } : node.witness;
  return { state, world, witness, came: { by: weather, from: node } };
}

export function first(setting: Setting, { session, again }: Arrival): Node {
  const carried = session !== undefined && again === 'no';
  return {
    state: begin({ session, again }, factsOf(setting, setting.world)),
    world: setting.world,
    witness: {
      ...nothing,
      who: again === 'any_person' ? undefined : session?.userId,
      session: carried ? (session.acr ?? ACR_1FA) : undefined,
    },
    came: undefined,
  };
}

/**
 * Tells nodes apart within one setting. Two nodes of one key have the same future, and the same is demanded of them:
 * whatever reads proofs and deferrals asks only whether one is among them (`assurance.ts` and `settle.ts` call
 * `includes` and `some`), what the witness saw is a set as well, and of the world nothing else ever changes.
 */
function keyOf({ state, world, witness: w }: Node): string {
  const { proven, ...place } = state;
  const set = (values: readonly string[]) => (values.length < 2 ? values : [...new Set(values)].sort()).join();
  return [
    JSON.stringify(place),
    proven.userId,
    set(proven.proofs),
    set(proven.deferred),
    world.factors,
    world.held,
    world.codes?.left,
    world.codes?.expired,
    world.codes?.expiring,
    world.actions,
    world.trustedDevice,
    world.weather,
    set(w.factors),
    w.who,
    w.session,
    w.first,
    w.resistant,
    w.code,
    w.backed,
    w.waited,
    w.allowed,
    w.acted,
  ].join('|');
}

/**
 * Every node that any sequence of events, of any length, can reach from any arrival. Arrivals share one search: what
 * has to hold in a node does not depend on how the browser came, only on what was witnessed since. Nothing leaves `done`
 * and `denied`, so events are tried in neither; a test of its own
 * shows that. Nothing is issued on `denied`: it is left out. What changes beside the sign-in changes once on a path: after
 * each change the machine looks again, so that a second one meets no other state than the first.
 */
export function reach(setting: Setting, arrivals: readonly Arrival[], asked: readonly Happened[] = events): Node[] {
  const seen = new Map<string, Node>();
  const queue: Node[] = [];
  const visit = (node: Node) => {
    if (node.state.at === 'denied') return;
    const key = keyOf(node);
    if (seen.has(key)) return;
    seen.set(key, node);
    if (node.state.at !== 'done') queue.push(node);
  };
  for (const arrival of arrivals) visit(first(setting, arrival));
  for (let node = queue.pop(); node !== undefined; node = queue.pop()) {
    for (const happened of asked) {
      const next = step(setting, node, happened);
      if (next !== node) visit(next);
    }
    if (setting.changes && node.world.weather === 'calm')
      for (const weather of weathers) visit(weathered(setting, node, weather));
  }
  return [...seen.values()];
}

/** Assurance by the witness's account alone. */
export function witnessedAcr(w: Witness): string | undefined {
  if (w.first === undefined && w.session === undefined) return undefined;
  if (w.first === 'passkey' || w.resistant || w.session === ACR_PHR) return ACR_PHR;
  const counted = w.factors.filter((factor) => !(factor === 'email' && w.first === 'mail'));
  if (counted.length > 0 || w.session === ACR_MFA) return ACR_MFA;
  return w.code || w.session === ACR_RECOVERY ? ACR_RECOVERY : ACR_1FA;
}
