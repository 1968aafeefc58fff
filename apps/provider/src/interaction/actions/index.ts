import type { User } from '@sparekey/realms';
import type { SecondFactor } from '@sparekey/sign-in';
import type { Messaging } from '../../messages/messaging.ts';
import { isRequiredAction, type RequiredAction } from '../../required-actions.ts';
import type { ActionUi } from '../steps/action.ts';
import { configureRecoveryCodes } from './configure-recovery-codes.ts';
import { configureTotp } from './configure-totp.ts';
import { updatePassword } from './update-password.ts';
import { verifyEmail } from './verify-email.ts';
import { webauthnRegister } from './webauthn-register.ts';

/** A page for each; what is required of a person and not here is never asked for. */
const actionUis: Readonly<Record<RequiredAction, ActionUi>> = {
  UPDATE_PASSWORD: updatePassword,
  VERIFY_EMAIL: verifyEmail,
  CONFIGURE_TOTP: configureTotp,
  'webauthn-register': webauthnRegister,
  CONFIGURE_RECOVERY_AUTHN_CODES: configureRecoveryCodes,
};

export function actionUi(name: string): ActionUi | undefined {
  return isRequiredAction(name) ? actionUis[name] : undefined;
}

/** Whether an action is known, and makes sense for this person. */
export function applicable(name: string, person: User, held: readonly SecondFactor[], messaging: Messaging): boolean {
  const ui = actionUi(name);
  return ui !== undefined && (ui.appliesTo?.(person, held, messaging) ?? true);
}
