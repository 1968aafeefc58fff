/** What may be required of a person before a sign-in goes on, by Keycloak's names; others are kept and never asked for. */
export const requiredActions = [
  'VERIFY_EMAIL',
  'UPDATE_PASSWORD',
  'CONFIGURE_TOTP',
  'webauthn-register',
  'CONFIGURE_RECOVERY_AUTHN_CODES',
] as const;
export type RequiredAction = (typeof requiredActions)[number];

export function isRequiredAction(name: string): name is RequiredAction {
  return (requiredActions as readonly string[]).includes(name);
}
