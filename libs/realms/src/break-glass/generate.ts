import { AppError } from '@sparekey/contracts';
import type { Realm } from '../model.ts';
import type { BreakGlassDependencies } from './ports.ts';

export const MIN_SEALED_CODES = 1;
export const MAX_SEALED_CODES = 10;

/**
 * Makes the sealed codes of a realm: told here, once, for print. Errors: `validation_failed` for another count;
 * `conflict` when there is a set and it shall not be replaced.
 */
export async function generateSealedCodes(
  { stores, transaction, sealedCodes }: Pick<BreakGlassDependencies, 'stores' | 'transaction' | 'sealedCodes'>,
  { realm, count, replace, operator }: { realm: Realm; count: number; replace: boolean; operator: string },
): Promise<{ set: string; codes: string[]; replaced: boolean }> {
  if (!Number.isInteger(count) || count < MIN_SEALED_CODES || count > MAX_SEALED_CODES) {
    const range = `${MIN_SEALED_CODES} to ${MAX_SEALED_CODES}`;
    throw new AppError('validation_failed', `A set has ${range} sealed codes, not ${count}`);
  }
  const present = await stores.breakGlass.live(realm.id);
  if (present !== undefined && !replace) {
    throw new AppError('conflict', `Realm ${realm.name} has sealed codes: revoke them, or replace them`);
  }
  const { codes, set } = await sealedCodes.make(realm.id, count, operator);
  const replaced = await transaction(async ({ breakGlass, audit }) => {
    const event = { realmId: realm.id, actor: { kind: 'operator', name: operator }, outcome: 'success' } as const;
    const ended = replace ? await breakGlass.end(realm.id, 'replaced') : undefined;
    if (ended !== undefined) {
      await audit.append({ ...event, type: 'break_glass.revoked', reason: 'replaced', detail: ended });
    }
    await breakGlass.add(set);
    await audit.append({ ...event, type: 'break_glass.generated', detail: { count } });
    return ended !== undefined;
  });
  return { set: set.id, codes, replaced };
}

/** Ends the sealed codes of a realm. Errors: `not_found` when there are none. */
export async function revokeSealedCodes(
  { transaction }: Pick<BreakGlassDependencies, 'transaction'>,
  { realm, operator }: { realm: Realm; operator: string },
): Promise<{ left: number }> {
  return transaction(async ({ breakGlass, audit }) => {
    const ended = await breakGlass.end(realm.id, 'revoked');
    if (ended === undefined) throw new AppError('not_found', `Realm ${realm.name} has no sealed codes`);
    await audit.append({
      type: 'break_glass.revoked',
      realmId: realm.id,
      actor: { kind: 'operator', name: operator },
      outcome: 'success',
      detail: ended,
    });
    return ended;
  });
}
