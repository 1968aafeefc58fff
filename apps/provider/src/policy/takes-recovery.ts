import type { Policy } from '@sparekey/policy';
import { ACCOUNT_CLIENT_ID } from '../realms/account-client.ts';

/** Whether a recovery may go on to a client; always to the account pages, where the lost factor is replaced. */
export const takesRecovery = ({ recovery }: Pick<Policy, 'recovery'>, clientId: string): boolean =>
  recovery.continueToApplication || clientId === ACCOUNT_CLIENT_ID;
