import type { Origin } from '@sparekey/audit';
import type { Attempts, Factors, NewPasswords, Passes, Places, RecoveryPasses } from '@sparekey/factors';
import type { Metrics } from '@sparekey/http';
import type { Context } from 'koa';
import type { Messaging } from './messages/messaging.ts';
import type { ProviderContext } from './server.ts';

/** Everything the journey and the account pages work with; made once by the composition root. */
export interface Services extends ProviderContext {
  factors: Factors;
  attempts: Attempts;
  passes: RecoveryPasses;
  /** Passes that a sealed code opens for an administrator. */
  emergencyPasses: Passes;
  /** Where addresses are, and which networks are bad; knows nothing without its files. */
  places: Places;
  /** The one judge of new passwords. */
  newPasswords: NewPasswords;
  metrics: Pick<Metrics, 'signIn'>;
  messaging: Messaging;
  /** 32 bytes; keys what limits on sending are counted under, so that counters hold no address. */
  limitKey: Buffer;
  /** 32 bytes for form tokens. */
  csrfKey: Buffer;
  /** client_id of the account pages' own client. */
  accountClientId: string;
  /** 32 bytes; cursors of SCIM are signed with it. */
  scimCursorKey: Buffer;
  originOf(ctx: Context): Origin;
}
