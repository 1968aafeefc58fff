import { secondFactors } from '@sparekey/sign-in';
import * as pages from '../../pages/index.ts';
import type { Step } from '../journey.ts';
import { move } from '../move.ts';
import { prove } from '../prove.ts';
import { purposeOf } from '../render.ts';

/** A backup code in place of the lost factor, after a correct password. */
export const recovery: Step<'recovery'> = {
  async show(journey, problem) {
    const { backupCodes } = journey.realm.realm.policy;
    const set = journey.person
      ? await journey.services.storage.stores.backupCodes.active(journey.realm.realm.id, journey.person.id)
      : undefined;
    const groupLength = set?.groupLength ?? backupCodes.groupLength;
    return pages.backupCode(
      {
        ...journey.form,
        problem,
        purpose: purposeOf(journey),
        username: journey.person?.username ?? '',
        groups: set ? Math.ceil(set.codeLength / groupLength) : backupCodes.groups,
        groupLength,
        otherWays: [...(journey.facts.person?.factors ?? [])],
        mayCancel: true,
      },
      journey.view,
    );
  },

  async act(journey, form) {
    const way = secondFactors.find((kind) => form.get('action') === `try:${kind}`);
    if (way !== undefined) return move(journey, { event: 'tried', way });
    const input = form.get('backup_code');
    if (input.trim() === '')
      return { kind: 'refused', status: 422, problem: { kind: 'missing', field: 'backup_code' } };
    const { services, realm } = journey;
    const { recoveryFreezes } = services.storage.stores;
    if (journey.person && (await recoveryFreezes.frozenUntil(realm.realm.id, journey.person.id)) !== undefined)
      return { kind: 'refused', status: 403, problem: { kind: 'recovery_frozen' } };
    const set = journey.person
      ? await services.storage.stores.backupCodes.active(realm.realm.id, journey.person.id)
      : undefined;
    return prove(journey, {
      factor: services.factors.backupCode,
      input,
      wellFormed: services.factors.backupCode.wellFormed(input, realm.realm.policy, set?.codeLength),
      person: journey.person,
      login: journey.person?.username ?? '',
      happened: () => ({ event: 'recovered', by: 'backup_code' }),
      problems: { wrong: { kind: 'wrong_backup_code' }, malformed: { kind: 'malformed_backup_code' } },
    });
  },
};
