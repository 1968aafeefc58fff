import type { Origin } from '@sparekey/audit';
import type { Attempts, Factors, Places, RecoveryPasses } from '@sparekey/factors';
import type { Metrics } from '@sparekey/http';
import type { Context } from 'koa';
import type { ProviderContext } from './server.ts';

/** Everything the journey and the account pages work with; made once by the composition root. */
export interface Services extends ProviderContext {
  factors: Factors;
  attempts: Attempts;
  passes: RecoveryPasses;
  /** Where addresses are, and which networks are bad; knows nothing without its files. */
  places: Places;
  metrics: Pick<Metrics, 'signIn'>;
  /** 32 bytes for form tokens. */
  csrfKey: Buffer;
  /** client_id of the account pages' own client. */
  accountClientId: string;
  originOf(ctx: Context): Origin;
}
