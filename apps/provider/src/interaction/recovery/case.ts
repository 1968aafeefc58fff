import type { UserId } from '@sparekey/contracts';
import type { NewRecoveryCase, RecoveryCase } from '@sparekey/factors';
import { decideRecovery } from '@sparekey/policy';
import { backingChannels, hasRecoveryProof } from '@sparekey/sign-in';
import type { Stores } from '@sparekey/storage';
import { newBrowserSecret, readBrowserSecret, writeBrowserSecret } from '../../browser-secret.ts';
import type { Journey } from '../journey.ts';
import { deviceOf } from './devices.ts';
import { assess } from './risk.ts';

/** A browser may come back to its case for as long as the case itself lives at most. */
const BEARER_DAYS = 15;

/**
 * Judges a recovery and opens its case, in the transaction that consumes the code: the code, the judgement and what it
 * demands are true together. A pass was vouched for by an administrator, and a sealed code by who holds the host, so their
 * cases demand nothing more.
 */
export async function openCase(
  stores: Stores,
  journey: Journey,
  userId: UserId,
  by: NewRecoveryCase['by'],
): Promise<void> {
  const { realm, ctx, signIn, facts, policy } = journey;
  const realmId = realm.realm.id;
  const [device, codes, claims] = [
    await deviceOf(stores, journey, userId),
    await stores.backupCodes.active(realmId, userId),
    await stores.users.claims(realmId, userId),
  ];
  const assessed = await assess(
    stores,
    journey,
    { realmId, userId },
    {
      policy,
      signInUid: signIn.uid,
      knownDevice: device !== undefined,
      codesLeft: by === 'backup_code' ? codes?.left : undefined,
    },
  );
  const channels = backingChannels(facts.person?.recovery.channels ?? [], signIn.state.proven.proofs).length;
  const decision =
    by === 'backup_code'
      ? decideRecovery(assessed.level, policy.recovery, channels)
      : ({ demands: 'nothing' } as const);
  const roles = [...(claims?.realmRoles ?? []), ...Object.values(claims?.clientRoles ?? {}).flat()];
  const secret = newBrowserSecret();
  const reasons = assessed.reasons.map(({ reason }) => reason);
  const opened = await stores.recoveryCases.open({
    realmId,
    userId,
    signInUid: signIn.uid,
    by,
    level: assessed.level,
    score: assessed.score,
    reasons,
    decision,
    approvalsNeeded: roles.some((role) => policy.recovery.privilegedRoles.includes(role)) ? 2 : 1,
    bearerHash: secret.hash,
  });
  await stores.audit.append({
    ...eventOf(journey, userId),
    type: 'recovery.assessed',
    detail: {
      case: opened.id,
      level: assessed.level,
      score: assessed.score,
      reasons: reasons.join(' '),
      demands: decision.demands,
      ...(opened.until === undefined ? {} : { until: opened.until.toISOString() }),
    },
  });
  // Whoever recovers says that something is lost: no browser is spared a factor any more.
  await stores.devices.distrustAll(realmId, userId);
  if (opened.state === 'waiting') {
    writeBrowserSecret({ ctx, realm, userId, purpose: 'recovery' }, opened.id, secret, BEARER_DAYS);
  }
}

/**
 * Takes up a recovery that this browser left while it waited: the code was spent then, and is not asked for again. The
 * password alone is not enough, or whoever knows it could wait for somebody else's recovery.
 */
export async function takeUpCase(
  stores: Stores,
  journey: Journey,
  userId: UserId | undefined,
): Promise<RecoveryCase | undefined> {
  const { realm, ctx, signIn } = journey;
  if (userId === undefined) return undefined;
  const held = readBrowserSecret({ ctx, realm, userId, purpose: 'recovery' });
  if (held === undefined) return undefined;
  const taken = await stores.recoveryCases.resume(realm.realm.id, userId, held.hash, signIn.uid);
  if (taken !== undefined) {
    await stores.audit.append({
      ...eventOf(journey, userId),
      type: 'recovery.resumed',
      detail: { case: taken.id, state: taken.state },
    });
  }
  return taken;
}

/** A recovery whose case was vetoed, ran out, or is in the hands of another sign-in: nothing of it counts any more. */
export async function recoveryStopped(stores: Stores, { realm, signIn }: Journey): Promise<boolean> {
  const { at, proven } = signIn.state;
  if (at === 'done' || at === 'denied' || proven.userId === undefined) return false;
  if (!hasRecoveryProof(proven.proofs)) return false;
  const held = await stores.recoveryCases.ofSignIn(realm.realm.id, proven.userId, signIn.uid);
  // "This wasn't me" stops every recovery of the person, also one that began before it was said. It ends every pass too, so
  // one that still counts was issued by an administrator who knew: it is the way back in meanwhile.
  const isFrozen = (await stores.recoveryFreezes.frozenUntil(realm.realm.id, proven.userId)) !== undefined;
  if (isFrozen && (held === undefined || held.by === 'backup_code')) return true;
  return held === undefined || held.state === 'vetoed' || held.state === 'done' || held.expiresAt <= new Date();
}

export function eventOf({ services, realm, ctx, interaction, signIn }: Journey, userId: UserId) {
  return {
    realmId: realm.realm.id,
    actor: { kind: 'user', id: userId },
    subject: userId,
    outcome: 'success',
    clientId: interaction.client.clientId,
    signInUid: signIn.uid,
    origin: services.originOf(ctx),
  } as const;
}
