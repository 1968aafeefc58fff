import { z } from 'zod';
import { messagePolicy } from './messages.ts';
import { passwordPolicySchema } from './password.ts';
import { recoverySchema, trustedDevicesSchema } from './recovery.ts';
import { account } from './sections/account.ts';
import { backupCodes } from './sections/backup-codes.ts';
import { lockout } from './sections/lockout.ts';
import { secondFactor } from './sections/second-factor.ts';
import { session } from './sections/session.ts';
import { seconds } from './sections/setting.ts';
import { webauthnPolicy } from './webauthn.ts';

/** Everything an administrator decides for a realm. Unknown keys are refused by name. */
export const policySchema = z.strictObject({
  secondFactor,
  password: passwordPolicySchema,
  backupCodes,
  webauthn: webauthnPolicy,
  recovery: recoverySchema,
  trustedDevices: trustedDevicesSchema,
  lockout,
  messages: messagePolicy,
  session,
  account,
  tokens: z
    .strictObject({
      accessTokenSeconds: seconds('Access token', 300, 30, 3600),
      refreshTokenSeconds: seconds('Refresh token', 3600 * 24 * 14, 300, 3600 * 24 * 90),
      idTokenSeconds: seconds('ID token', 300, 30, 3600),
    })
    .prefault({}),
  freshProofSeconds: seconds('How long a proof counts as fresh for a change of factors', 300, 30, 3600),
  hashing: z
    .strictObject({
      profile: z
        .enum(['standard', 'strong'])
        .default('standard')
        .describe('Cost of new hashes of passwords and codes: standard 19 MiB, 2 passes; strong 64 MiB, 3 passes'),
    })
    .prefault({}),
});

export type Policy = z.infer<typeof policySchema>;
export type PolicyInput = z.input<typeof policySchema>;
export type BackupCodePolicy = Policy['backupCodes'];
export type WebAuthnPolicy = Policy['webauthn'];
export type AttemptLimit = Policy['lockout']['totp'];

/** The policy of a realm that decided nothing. */
export const defaultPolicy: Policy = policySchema.parse({});
