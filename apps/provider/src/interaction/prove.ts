import type { AuditEvent } from '@sparekey/audit';
import { AppError, type UserId } from '@sparekey/contracts';
import type { Acceptance, Asked, Factor, Refusal, Verdict } from '@sparekey/factors';
import type { User } from '@sparekey/realms';
import type { Happened } from '@sparekey/sign-in';
import * as pages from '../pages/index.ts';
import type { Journey, Outcome } from './journey.ts';
import { move, moveWithin, StaleSignIn } from './move.ts';
import { purposeOf } from './render.ts';

/** A proof that a form carries. */
export interface Claim {
  factor: Factor;
  input: string;
  /** Undefined when nobody of the typed name exists: the work and the answer are the same. */
  person: User | undefined;
  /** What was typed as a name. */
  login: string;
  /**
   * Nobody can guess it, so nobody's tries are used up by others: what is counted is this sign-in, and the network.
   */
  unguessable?: true;
  /** False for input that cannot be right by its form; the factor's own check when absent. */
  wellFormed?: boolean;
  /** Type of the event of its acceptance, where the kind of the factor does not say it. */
  spentAs?: 'backup_code.consumed' | 'recovery_pass.consumed' | 'break_glass.used';
  /** Nothing that guessing by others used up may bar this way in: it is for when everybody is barred. */
  uncounted?: true;
  happened(userId: UserId): Happened;
  problems: { wrong: pages.FormProblem; malformed: pages.FormProblem };
}

const UNCOUNTED = {
  allowed: true,
  failures: 0,
  waitSeconds: 0,
  triesLeft: Number.POSITIVE_INFINITY,
  succeeded: async () => {},
  unevaluated: async () => {},
  failed: async () => {},
} as const;

/**
 * Tries one proof, in the one order that is safe: form check (free), count (committed on its own), hash, then in one
 * transaction spend, audit and the journey's next state.
 */
export async function prove(journey: Journey, claim: Claim): Promise<Outcome> {
  const { services, realm, ctx, policy } = journey;
  const { factor, input, person, login, problems } = claim;
  if (!(claim.wellFormed ?? factor.wellFormed(input, policy)))
    return { kind: 'refused', status: 422, problem: problems.malformed };

  const origin = services.originOf(ctx);
  const counted = claim.unguessable ? { userId: undefined, login: journey.signIn.uid } : { userId: person?.id, login };
  const attempt = { realmId: realm.realm.id, policy, factor: factor.kind, ...counted, ip: origin.ip };
  const gate = claim.uncounted ? UNCOUNTED : await services.attempts.begin(attempt);
  if (!gate.allowed) {
    await services.storage.stores.audit.append(
      eventOf(journey, claim, { outcome: 'denied', reason: gate.stopped ? 'stopped' : 'waiting' }),
    );
    services.metrics.signIn({ outcome: 'waiting', factor: factor.kind });
    return bar(journey, gate.stopped ? undefined : gate.waitSeconds);
  }

  const subject = {
    realmId: realm.realm.id,
    userId: person?.id,
    policy,
    asked: askedIn(journey),
    signInUid: journey.signIn.uid,
  };
  const check = await factor.check(services.storage.stores, subject, input).catch(async (error: unknown) => {
    // A flood of others must not use up anybody's tries: what was turned away was no guess.
    if (error instanceof AppError && error.code === 'overloaded') await gate.unevaluated();
    throw error;
  });
  let reason: Refusal | 'disabled' = 'wrong';
  if (check.matched && person?.enabled) {
    const spent = await services.storage
      .transaction(async (stores) => {
        const verdict = await check.spend(stores);
        if (verdict.regression) await stores.audit.append(regressionOf(journey, person, verdict));
        if (!verdict.accepted) return verdict;
        await stores.audit.append(eventOf(journey, claim, { outcome: 'success' }, verdict));
        if (verdict.upgraded) await stores.audit.append(upgradeOf(journey, person, verdict.upgraded));
        return { accepted: true as const, signIn: await moveWithin(stores, journey, claim.happened(person.id)) };
      })
      .catch(async (error: unknown) => {
        // The proof was right, but the sign-in moved on meanwhile: nothing is spent, and the attempt is told all the same.
        if (error instanceof StaleSignIn) {
          const result = { outcome: 'failure', reason: 'superseded', failures: gate.failures } as const;
          await services.storage.stores.audit.append(eventOf(journey, claim, result));
        }
        throw error;
      });
    if (spent.accepted) {
      await gate.succeeded();
      services.metrics.signIn({ outcome: 'proven', factor: factor.kind });
      return { kind: 'moved', signIn: spent.signIn };
    }
    reason = spent.reason;
  } else {
    reason = check.matched ? 'disabled' : check.reason;
  }

  services.metrics.signIn({ outcome: 'refused', factor: factor.kind });
  await services.storage.transaction(async ({ audit }) => {
    await audit.append(eventOf(journey, claim, { outcome: 'failure', reason, failures: gate.failures }));
    await gate.failed(audit, {
      actor: { kind: 'anonymous' },
      origin,
      clientId: journey.interaction.client.clientId,
      signInUid: journey.signIn.uid,
    });
  });
  if (gate.waitSeconds > 0) return bar(journey, gate.waitSeconds);
  return { kind: 'refused', status: 422, problem: withTriesLeft(problems.wrong, gate.triesLeft) };
}

/** Where this journey asks: before anybody is proven a first proof, afterwards a second one. */
export function askedIn({ signIn, state }: Journey): Asked {
  const first = state.at === 'identify' || state.at === 'password';
  return { place: `sign_in:${signIn.uid}`, purpose: first ? 'first' : 'second' };
}

function withTriesLeft(problem: pages.FormProblem, left: number): pages.FormProblem {
  return problem.kind === 'wrong_backup_code' && left <= 2 ? { ...problem, triesLeft: left } : problem;
}

/**
 * Too many failures. At the first step the form stays with the honest wait; later everything proven so far is void, so
 * that nobody goes on guessing second factors on a password that was right once.
 */
async function bar(journey: Journey, waitSeconds: number | undefined): Promise<Outcome> {
  const retry = waitSeconds === undefined ? {} : { retryAfterSeconds: waitSeconds };
  if (journey.state.at === 'identify') {
    const problem: pages.FormProblem =
      waitSeconds === undefined ? { kind: 'stopped' } : { kind: 'wait', seconds: waitSeconds };
    return { kind: 'refused', status: 429, problem, ...retry };
  }
  await move(journey, { event: 'barred' }).catch((error: unknown) => {
    if (!(error instanceof StaleSignIn)) throw error;
  });
  const html = pages.locked(
    {
      ...journey.form,
      purpose: purposeOf(journey),
      ...(waitSeconds === undefined ? {} : { waitSeconds }),
      otherWays: [],
      mayCancel: true,
    },
    journey.view,
  );
  return { kind: 'page', html, status: 429, ...retry };
}

interface Result {
  outcome: AuditEvent['outcome'];
  reason?: string;
  failures?: number;
}

function eventOf(
  journey: Journey,
  { factor, person, spentAs = 'backup_code.consumed' }: Claim,
  result: Result,
  acceptance?: Acceptance,
): AuditEvent {
  const spentCode = factor.kind === 'backup_code' && acceptance !== undefined;
  return {
    type: spentCode ? spentAs : `${factor.kind}.attempted`,
    realmId: journey.realm.realm.id,
    actor: acceptance && person ? { kind: 'user', id: person.id } : { kind: 'anonymous' },
    ...(person ? { subject: person.id } : {}),
    outcome: result.outcome,
    ...(result.reason ? { reason: result.reason } : {}),
    ...(acceptance?.authenticatorId ? { authenticatorId: acceptance.authenticatorId } : {}),
    ...(acceptance?.backupCodeSetId ? { backupCodeSetId: acceptance.backupCodeSetId } : {}),
    clientId: journey.interaction.client.clientId,
    signInUid: journey.signIn.uid,
    origin: journey.services.originOf(journey.ctx),
    detail: {
      ...(result.failures === undefined ? {} : { failures: result.failures }),
      ...(spentCode && acceptance.index !== undefined ? { index: acceptance.index } : {}),
      ...(spentCode && acceptance.left !== undefined ? { left: acceptance.left } : {}),
      ...(factor.kind === 'webauthn' ? { role: askedIn(journey).purpose } : {}),
      ...(acceptance?.driftSteps === undefined ? {} : { driftSteps: acceptance.driftSteps }),
    },
  };
}

function regressionOf(journey: Journey, person: User, verdict: Verdict): AuditEvent {
  return {
    type: 'webauthn.counter_regressed',
    realmId: journey.realm.realm.id,
    actor: { kind: 'system' },
    subject: person.id,
    outcome: verdict.accepted ? 'success' : 'denied',
    ...(verdict.authenticatorId ? { authenticatorId: verdict.authenticatorId } : {}),
    clientId: journey.interaction.client.clientId,
    signInUid: journey.signIn.uid,
    origin: journey.services.originOf(journey.ctx),
    detail: { ...verdict.regression, accepted: verdict.accepted },
  };
}

function upgradeOf(journey: Journey, person: User, detail: { from: string; to: string }): AuditEvent {
  return {
    type: 'password.upgraded',
    realmId: journey.realm.realm.id,
    actor: { kind: 'system' },
    subject: person.id,
    outcome: 'success',
    signInUid: journey.signIn.uid,
    origin: journey.services.originOf(journey.ctx),
    detail,
  };
}
