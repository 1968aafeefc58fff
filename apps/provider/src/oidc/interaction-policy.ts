import type { UserId } from '@sparekey/contracts';
import { inGrace, leastAcr } from '@sparekey/policy';
import { ACR_1FA, ACR_RECOVERY, acrSatisfies, anyAcrSatisfied, isAcr } from '@sparekey/sign-in';
import type { KoaContextWithOIDC } from 'oidc-provider';
import { errors, interactionPolicy } from 'oidc-provider';
import { policyOf } from '../policy/policy-for.ts';
import { takesRecovery } from '../policy/takes-recovery.ts';
import type { ServedRealm } from '../realms/cache.ts';
import { personOf } from './accounts.ts';
import { actionAsked, requiredActionOpen } from './actions.ts';
import { requestedAcrs } from './requested-acrs.ts';

const { Check } = interactionPolicy;

/** The person of the session was disabled or removed since: they have to sign in as someone who may. */
const accountUsable = new Check(
  'account_unusable',
  'End-User authentication is required',
  'login_required',
  ({ oidc }) =>
    oidc.session?.accountId !== undefined && oidc.account === undefined
      ? Check.REQUEST_PROMPT
      : Check.NO_NEED_TO_PROMPT,
);

/**
 * Steps up a session that is too weak for what the client asked, be it by `acr_values` or by the claims parameter. A
 * voluntary request is answered with what the person reached after one prompt (OIDC Core §5.5.1); an essential one that
 * stays unmet fails (§5.5.1.1), so that no client takes a recovery for a full sign-in.
 */
const acrSufficient = new Check(
  'acr_insufficient',
  'the requested Authentication Context Class could not be obtained',
  'login_required',
  ({ oidc }: KoaContextWithOIDC) => {
    const { values, essential } = requestedAcrs(oidc.params ?? {});
    const known = values.filter(isAcr);
    if (essential && values.length > 0 && known.length === 0) {
      throw new errors.UnmetAuthenticationRequirements('none of the requested acr values is supported');
    }
    if (anyAcrSatisfied(oidc.session?.acr, known)) return Check.NO_NEED_TO_PROMPT;
    if (oidc.result?.login === undefined) return Check.REQUEST_PROMPT;
    if (essential) throw new errors.UnmetAuthenticationRequirements('the requested acr was not reached');
    return Check.NO_NEED_TO_PROMPT;
  },
);

/** When the time of grace of a person to set up a second factor began; undefined before that. */
export type ReadGrace = (userId: UserId) => Promise<Date | undefined>;

/**
 * A policy that became stricter holds for the sessions that are there: one of a single factor is prompted at its next
 * authorization request when its person must hold a second by now, any when the policy demands more for the client, and
 * that of a recovery when it may not go on to the client.
 * An interaction that just ended was judged by the journey, under the same policy.
 */
const policyMet = (realm: ServedRealm, readGrace: ReadGrace) =>
  new Check(
    'policy_unmet',
    'the policy asks for more than this session has',
    'login_required',
    async ({ oidc }: KoaContextWithOIDC) => {
      const person = personOf(oidc.account);
      if (oidc.result !== undefined || person === undefined) return Check.NO_NEED_TO_PROMPT;
      const { policy, requirement } = policyOf(realm, person);
      const acr = oidc.session?.acr;
      const least = oidc.client && leastAcr(policy, oidc.client.clientId);
      if (least !== undefined && !acrSatisfies(acr, least)) return Check.REQUEST_PROMPT;
      if (acr === ACR_RECOVERY && oidc.client && !takesRecovery(policy, oidc.client.clientId))
        return Check.REQUEST_PROMPT;
      if (requirement === undefined || (acr !== undefined && acr !== ACR_1FA)) return Check.NO_NEED_TO_PROMPT;
      const began = policy.secondFactor.graceDays === 0 ? undefined : await readGrace(person.user.id);
      return began !== undefined && inGrace(policy, began, new Date()) ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT;
    },
  );

/** When a person has to be asked something before a code is issued: sign in first, then allow the client. */
export function signInPolicy(realm: ServedRealm, readGrace: ReadGrace): interactionPolicy.DefaultPolicy {
  const policy = interactionPolicy.base();
  const login = policy.get('login');
  if (login === undefined) throw new Error('oidc-provider has no login prompt any more');
  login.checks.add(accountUsable);
  login.checks.add(requiredActionOpen);
  login.checks.add(actionAsked);
  // The engine's own checks know equality only, and would ask an mfa session again and again for a 1fa.
  login.checks.remove('essential_acrs');
  login.checks.remove('essential_acr');
  login.checks.add(acrSufficient);
  login.checks.add(policyMet(realm, readGrace));
  // Whether an app is asked about is the administrator's decision (consentRequired), for installed apps as for others.
  policy.get('consent')?.checks.remove('native_client_prompt');
  return policy;
}
