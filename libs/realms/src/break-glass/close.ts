import { AppError } from '@sparekey/contracts';
import type { BreakGlassOpening } from '@sparekey/factors';
import type { Realm } from '../model.ts';
import type { BreakGlassDependencies } from './ports.ts';

/**
 * Closes an opening: an unused pass is good for nothing then, and an account that was made for it is disabled and its
 * sessions end. Errors: `not_found` when it is not open (any more).
 */
export async function closeBreakGlass(
  { transaction }: Pick<BreakGlassDependencies, 'transaction'>,
  { realm, opening, operator }: { realm: Realm; opening: string; operator: string },
): Promise<BreakGlassOpening> {
  return transaction(async ({ breakGlass, users, sessions, audit }) => {
    const closed = await breakGlass.close(realm.id, opening, operator);
    if (closed === undefined) throw new AppError('not_found', `Nothing called ${opening} is open in ${realm.name}`);
    const person = closed.madeAccount ? await users.byId(realm.id, closed.userId) : undefined;
    if (person !== undefined) {
      await users.update({ ...person, enabled: false });
      await sessions.endAll(realm.id, person.id);
    }
    await audit.append({
      type: 'break_glass.closed',
      realmId: realm.id,
      actor: { kind: 'operator', name: operator },
      subject: closed.userId,
      outcome: 'success',
      detail: { opening, used: closed.usedAt !== undefined, disabled: closed.madeAccount },
    });
    return closed;
  });
}
