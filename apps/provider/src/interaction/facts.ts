import type { UserId } from '@sparekey/contracts';
import { type Arrival, type Facts, isAcr, type PersonFacts } from '@sparekey/sign-in';
import type { Stores } from '@sparekey/storage';
import type { InteractionView } from '../oidc/interaction.ts';
import type { ServedRealm } from '../realms/cache.ts';

/** Looks up what the machine needs to know about this request and its person. */
export async function gatherFacts(
  stores: Stores,
  realm: ServedRealm,
  interaction: InteractionView,
  userId: UserId | undefined,
): Promise<Facts> {
  const { policy } = realm.realm;
  return {
    policy: {
      secondFactorRequired: policy.secondFactor.required === 'required',
      codesRequired: policy.backupCodes.required === 'with_second_factor',
      repairRequired: policy.recovery.repair === 'require',
      lowThreshold: policy.backupCodes.lowThreshold,
    },
    person: userId === undefined ? undefined : await personFacts(stores, realm, userId),
    client: {
      acrs: wantedAcrs(interaction),
      consentNeeded: await consentNeeded(stores, realm, interaction, userId),
    },
  };
}

export async function personFacts(stores: Stores, realm: ServedRealm, userId: UserId): Promise<PersonFacts> {
  const [totp, codes] = await Promise.all([
    stores.totp.list(realm.realm.id, userId),
    stores.backupCodes.active(realm.realm.id, userId),
  ]);
  return {
    secondFactors: totp.length,
    codes: codes && { left: codes.left, expired: codes.expiresAt.getTime() <= Date.now() },
  };
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
