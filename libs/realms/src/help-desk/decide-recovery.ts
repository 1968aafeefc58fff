import { AppError } from '@sparekey/contracts';
import type { RecoveryCase } from '@sparekey/factors';
import type { Realm } from '../model.ts';
import { refuseBlank } from './issue-pass.ts';
import type { Administrator, HelpDeskDependencies } from './ports.ts';

export interface RecoveryVerdict {
  realm: Realm;
  recovery: string;
  by: Administrator;
  why: string;
}

/**
 * Lets a recovery that waits go on, where needed with another administrator. Errors: `not_found` when it does not wait
 * for this administrator (any more); `forbidden` for one's own.
 */
export async function approveRecovery(
  { transaction }: Pick<HelpDeskDependencies, 'transaction'>,
  { realm, recovery, by, why }: RecoveryVerdict,
): Promise<RecoveryCase> {
  refuseBlank(why);
  return transaction(async ({ recoveryCases, audit }) => {
    const present = await recoveryCases.byId(realm.id, recovery);
    if (present?.userId === by.id) throw new AppError('forbidden', 'Nobody approves a recovery of their own');
    const found = await recoveryCases.approve(realm.id, recovery, by.id);
    if (found === undefined) {
      throw new AppError(
        'not_found',
        `No recovery ${recovery} waits for ${by.username}: see recovery list ${realm.name}`,
      );
    }
    await audit.append({
      type: 'recovery.approved',
      realmId: realm.id,
      actor: by.actor,
      subject: found.userId,
      outcome: 'success',
      signInUid: found.signInUid,
      detail: { case: recovery, why, approvals: found.approvals.length, needed: found.approvalsNeeded },
    });
    return found;
  });
}

/** Stops a recovery for good, whether it waits or goes on. Errors: `not_found`. */
export async function denyRecovery(
  { transaction }: Pick<HelpDeskDependencies, 'transaction'>,
  { realm, recovery, by, why }: RecoveryVerdict,
): Promise<void> {
  refuseBlank(why);
  await transaction(async ({ recoveryCases, audit }) => {
    const found = await recoveryCases.veto(realm.id, recovery);
    if (found === undefined) {
      throw new AppError('not_found', `There is no recovery ${recovery} to stop in realm ${realm.name}`);
    }
    await audit.append({
      type: 'recovery.vetoed',
      realmId: realm.id,
      actor: by.actor,
      subject: found.userId,
      outcome: 'success',
      signInUid: found.signInUid,
      detail: { case: recovery, why },
    });
  });
}
