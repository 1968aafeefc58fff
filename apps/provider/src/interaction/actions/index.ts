import type { ActionUi } from '../steps/action.ts';

/** Actions by their Keycloak names (UPDATE_PASSWORD, VERIFY_EMAIL, …); what is not here is never asked for. */
export const actionUis: Readonly<Record<string, ActionUi>> = {};
