import type { UserId } from '@sparekey/contracts';
import type { RecoveryCase } from '@sparekey/factors';
import { inGrace, leastAcr, type Policy } from '@sparekey/policy';
import type { User } from '@sparekey/realms';
import { type Arrival, demandedAcrs, type Facts, isAcr, type PersonFacts, type SecondFactor } from '@sparekey/sign-in';
import type { Stores } from '@sparekey/storage';
import type { Context } from 'koa';
import { reachableBy, sentFactors } from '../messages/reach.ts';
import type { InteractionView } from '../oidc/interaction.ts';
import { codesRequired, enrollableKinds } from '../policy/kinds.ts';
import { type PersonPolicy, policyFor } from '../policy/policy-for.ts';
import { takesRecovery } from '../policy/takes-recovery.ts';
import type { ServedRealm } from '../realms/cache.ts';
import type { Services } from '../services.ts';
import { applicable } from './actions/index.ts';
import { knownFactors, uiOf } from './factors/index.ts';
import { sparingOf } from './recovery/devices.ts';

/** Where facts are looked up: the request and its realm. */
export interface Scene {
  services: Services;
  ctx: Context;
  realm: ServedRealm;
  interaction: InteractionView;
}

/** Looks up what the machine needs to know about this request and its person, as the given stores see it. */
export async function gatherFacts(stores: Stores, scene: Scene, userId: UserId | undefined): Promise<Facts> {
  const { realm, interaction, services } = scene;
  const user = userId === undefined ? undefined : await stores.users.byId(realm.realm.id, userId);
  const { policy, requirement } = await policyFor(stores, scene, userId);
  const person = user && (await personFacts(stores, scene, user, policy));
  const acrs = demandedAcrs(wantedAcrs(interaction), leastAcr(policy, interaction.client.clientId));
  const { action } = interaction.requested;
  return {
    policy: {
      secondFactorRequired: requirement !== undefined,
      enrollable: enrollableKinds(policy, acrs),
      inGrace: person !== undefined && (await graceOf(stores, scene, userId, { policy, requirement }, person)),
      codesRequired: person !== undefined && codesRequired(policy, person.factors),
      repairRequired: policy.recovery.repair === 'require',
      lowThreshold: policy.backupCodes.lowThreshold,
    },
    person,
    client: {
      acrs,
      takesRecovery: takesRecovery(policy, interaction.client.clientId),
      consentNeeded: await consentNeeded(stores, realm, interaction, userId),
      action:
        action && user && person && applicable(action, user, person.factors, services.messaging) ? action : undefined,
    },
  };
}

/** The time of grace begins with the first sign-in that asks for a factor; it is looked up only for who has none. */
async function graceOf(
  stores: Stores,
  { realm }: Scene,
  userId: UserId | undefined,
  { policy, requirement }: PersonPolicy,
  { factors }: PersonFacts,
): Promise<boolean> {
  if (userId === undefined || requirement === undefined || factors.length > 0) return false;
  if (policy.secondFactor.graceDays === 0) return false;
  const began =
    (await stores.policies.graceOf(realm.realm.id, userId)) ??
    (await stores.policies.beginGrace(realm.realm.id, userId));
  return inGrace(policy, began, new Date());
}

async function personFacts(stores: Stores, scene: Scene, user: User, policy: Policy): Promise<PersonFacts> {
  const { services, realm, interaction } = scene;
  const held: SecondFactor[] = [];
  for (const kind of knownFactors) {
    const authenticators = await uiOf(kind).factorOf(services).authenticators(stores, realm.realm.id, user.id);
    if (authenticators.length > 0) held.push(kind);
  }
  const codes = await stores.backupCodes.active(realm.realm.id, user.id);
  const recovery = await stores.recoveryCases.ofSignIn(realm.realm.id, user.id, interaction.uid);
  return {
    // After what shows possession of a device: a mailbox or a number is the weaker proof.
    factors: [...held, ...(await sentFactors(services, stores, policy, user))],
    codes: codes && { left: codes.left, ...endOf(codes.expiresAt, policy.backupCodes.offerDays, Date.now()) },
    actions: user.requiredActions.filter((action) => applicable(action, user, held, services.messaging)),
    trustedDevice: (await sparingOf(stores, scene, user.id)).spared,
    // Asked only of a sign-in with a recovery proof; when it holds no case, it is not let through.
    recovery: { demands: demandsOf(recovery), channels: await reachableBy(services, stores, realm.realm.policy, user) },
  };
}

const DAY_MS = 86_400_000;

/** How near the end of a set is: over, or within the days in which a new one is offered. */
function endOf(expiresAt: Date, offerDays: number, now: number): { expired: boolean; expiring: boolean } {
  const left = expiresAt.getTime() - now;
  return { expired: left <= 0, expiring: left <= offerDays * DAY_MS };
}

/** What is still demanded of a recovery: an approved one has waited, one that is nobody's goes nowhere. */
function demandsOf(recovery: RecoveryCase | undefined): PersonFacts['recovery']['demands'] {
  if (recovery === undefined) return 'waiting';
  return recovery.state === 'approved' ? 'nothing' : recovery.demands;
}

/**
 * Classes we do not know are no reason to refuse a voluntary request (OIDC Core §5.5.1.1); where the client made them
 * essential they stay in the list, and the journey ends unmet rather than below.
 */
function wantedAcrs({ requested }: InteractionView): readonly string[] {
  return requested.acrEssential ? requested.acrValues : requested.acrValues.filter(isAcr);
}

async function consentNeeded(
  stores: Stores,
  realm: ServedRealm,
  { client, requested }: InteractionView,
  userId: UserId | undefined,
): Promise<boolean> {
  if (!client.consentRequired) return false;
  if (userId === undefined || requested.prompts.includes('consent')) return true;
  const given = await stores.consents.get(realm.realm.id, userId, client.id);
  return (
    given === undefined ||
    requested.scopes.some((scope) => !given.scopes.includes(scope)) ||
    requested.claims.some((claim) => !given.claims.includes(claim))
  );
}

/** How the browser came: with a session or not, and whether the proof is wanted anew. */
export function arrivalOf({ session, prompt, requested }: InteractionView): Arrival {
  if (session === undefined || requested.prompts.includes('select_account')) return { session: undefined, again: 'no' };
  const foreign = prompt.reasons.some((r) => r === 'id_token_hint' || r === 'claims_id_token_sub_value');
  const again = prompt.reasons.some((r) => r === 'login_prompt' || r === 'max_age');
  return {
    session: { userId: session.userId, acr: session.acr },
    again: foreign ? 'any_person' : again ? 'same_person' : 'no',
  };
}
