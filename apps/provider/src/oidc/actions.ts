import type Provider from 'oidc-provider';
import { interactionPolicy } from 'oidc-provider';

/** Names an action in the authorization request; the other tells in the response how it ended. Both are Keycloak's. */
export const KC_ACTION = 'kc_action';
const KC_ACTION_STATUS = 'kc_action_status';

/** Where the result of an interaction keeps how the action ended. */
export const ACTION_RESULT = 'action';

const { Check } = interactionPolicy;

/** An action is for the person to see: a session, however good, does not answer it. */
export const actionAsked = new Check('kc_action', 'the action needs the person', 'interaction_required', ({ oidc }) =>
  oidc.params?.[KC_ACTION] !== undefined && oidc.result?.[ACTION_RESULT] === undefined
    ? Check.REQUEST_PROMPT
    : Check.NO_NEED_TO_PROMPT,
);

/** Something the realm wants done since: no application gets a code from an old session before (CVE-2026-94218). */
export const requiredActionOpen = new Check(
  'required_action',
  'something is required of the person first',
  'interaction_required',
  ({ oidc }) =>
    // Whatever comes back from an interaction has been through the journey, which asks for all of them.
    oidc.account?.requiresAction === true && oidc.result === undefined ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT,
);

/** Adds how the action ended to the authorization response. */
export function answerActionStatus(provider: Provider): void {
  provider.on('authorization.success', (ctx, response = {}) => {
    const status = ctx.oidc.result?.[ACTION_RESULT];
    if (ctx.oidc.params?.[KC_ACTION] !== undefined && typeof status === 'string') response[KC_ACTION_STATUS] = status;
  });
}
