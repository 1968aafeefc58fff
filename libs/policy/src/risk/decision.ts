import type { RecoveryPolicy } from '../recovery.ts';
import type { RiskLevel } from './risk.ts';

/** What a recovery has to bring beside its code. */
export type RecoveryDecision =
  | { demands: 'nothing' }
  | { demands: 'other_channel' }
  /** `cool_down` ends by itself unless vetoed; `approval` by an administrator only. An administrator may end both. */
  | { demands: 'waiting'; by: 'cool_down' | 'approval'; hours: number };

/**
 * What follows from a level by policy. `channels` are the ways to reach the person other than the lost device: where a
 * second channel is demanded and there is none, the recovery waits instead; it is never let through for lack of one.
 */
export function decideRecovery(level: RiskLevel, policy: RecoveryPolicy, channels: number): RecoveryDecision {
  if (level === 'low' || (level === 'medium' && policy.whenMedium === 'nothing')) return { demands: 'nothing' };
  if (level === 'medium' && channels > 0) return { demands: 'other_channel' };
  const by = level === 'high' ? policy.whenHigh : 'cool_down';
  return { demands: 'waiting', by, hours: policy.coolDownHours };
}
