import { AppError } from '@sparekey/contracts';
import type { Realm } from '../model.ts';
import { refuseBlank } from './issue-pass.ts';
import type { Administrator, HelpDeskDependencies } from './ports.ts';

export interface PassDecision {
  realm: Realm;
  pass: string;
  by: Administrator;
  why: string;
}

/**
 * Approves a pass for a privileged person. Errors: `not_found` when no such pass waits for this administrator: it is used,
 * expired or approved, was issued by them, or is for them.
 */
export async function approvePass(
  { transaction }: Pick<HelpDeskDependencies, 'transaction'>,
  { realm, pass, by, why }: PassDecision,
): Promise<void> {
  refuseBlank(why);
  await transaction(async ({ recoveryPasses, audit }) => {
    const approved = await recoveryPasses.approve(realm.id, pass, by.id);
    if (approved === undefined) {
      const reasons = 'it is used, expired, for them, or was issued by them';
      throw new AppError('not_found', `No pass ${pass} waits for ${by.username}: ${reasons}`);
    }
    await audit.append({
      type: 'recovery_pass.approved',
      realmId: realm.id,
      actor: by.actor,
      subject: approved.userId,
      outcome: 'success',
      detail: { pass, why },
    });
  });
}

/** Ends an unused pass. Errors: `not_found`. */
export async function revokePass(
  { transaction }: Pick<HelpDeskDependencies, 'transaction'>,
  { realm, pass, by, why }: PassDecision,
): Promise<void> {
  refuseBlank(why);
  await transaction(async ({ recoveryPasses, audit }) => {
    const revoked = await recoveryPasses.revoke(realm.id, pass);
    if (revoked === undefined)
      throw new AppError('not_found', `There is no unused pass ${pass} in realm ${realm.name}`);
    await audit.append({
      type: 'recovery_pass.revoked',
      realmId: realm.id,
      actor: by.actor,
      subject: revoked.userId,
      outcome: 'success',
      detail: { pass, why },
    });
  });
}
