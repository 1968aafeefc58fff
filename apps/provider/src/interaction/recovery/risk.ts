import type { UserId } from '@sparekey/contracts';
import { riskSignals } from '@sparekey/factors';
import { networkOf } from '@sparekey/http';
import { assessRisk, type Policy, type RiskAssessment } from '@sparekey/policy';
import type { Stores } from '@sparekey/storage';
import type { Scene } from '../facts.ts';

/** What was found out about the browser and the code of this moment. */
interface Seen {
  policy: Policy;
  signInUid: string;
  knownDevice: boolean;
  /** After this one; undefined when no code was used. */
  codesLeft: number | undefined;
}

/** How unusual this sign-in is for this person, by their history as the given stores see it. */
export async function assess(
  stores: Stores,
  { services, ctx }: Pick<Scene, 'services' | 'ctx'>,
  { realmId, userId }: { realmId: Scene['realm']['realm']['id']; userId: UserId },
  { policy, signInUid, knownDevice, codesLeft }: Seen,
): Promise<RiskAssessment> {
  const history = await stores.accountHistory.history(realmId, userId, signInUid);
  const moment = { ip: services.originOf(ctx).ip, now: new Date(), knownDevice, codesLeft };
  return assessRisk(riskSignals(history, moment, services.places, networkOf), policy.recovery.risk);
}
