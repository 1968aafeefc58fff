import { askedNumber } from '@sparekey/factors';
import { secondFactors } from '@sparekey/sign-in';
import * as pages from '../../pages/index.ts';
import type { Step } from '../journey.ts';
import { move } from '../move.ts';
import { prove } from '../prove.ts';
import { purposeOf } from '../render.ts';

/** A backup code in place of the lost factor, or a pass of an administrator in the same field, after a correct password. */
export const recovery: Step<'recovery'> = {
  async show(journey, problem) {
    const { backupCodes } = journey.policy;
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
        number: set && askedNumber(set),
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
    const set = journey.person
      ? await services.storage.stores.backupCodes.active(realm.realm.id, journey.person.id)
      : undefined;
    const subject = { realmId: realm.realm.id, userId: journey.person?.id, policy: realm.realm.policy };
    // Not counted as a try: nobody guesses 119 bits, and what is no pass is tried, and counted, as a code.
    const { matched: isPass } = await services.passes.factor.check(services.storage.stores, subject, input);
    if (isPass) {
      return prove(journey, {
        factor: services.passes.factor,
        input,
        person: journey.person,
        login: journey.person?.username ?? '',
        spentAs: 'recovery_pass.consumed',
        happened: () => ({ event: 'recovered', by: 'pass' }),
        problems: { wrong: { kind: 'wrong_backup_code' }, malformed: { kind: 'malformed_backup_code' } },
      });
    }
    // After "this wasn't me" a code helps nobody for a while, right or wrong; a pass of an administrator still does.
    const frozen =
      journey.person && (await services.storage.stores.recoveryFreezes.frozenUntil(realm.realm.id, journey.person.id));
    if (frozen !== undefined) return { kind: 'refused', status: 403, problem: { kind: 'recovery_frozen' } };
    return prove(journey, {
      factor: services.factors.backupCode,
      input,
      wellFormed: services.factors.backupCode.wellFormed(input, journey.policy, set?.codeLength),
      person: journey.person,
      login: journey.person?.username ?? '',
      happened: () => ({ event: 'recovered', by: 'backup_code' }),
      problems: { wrong: { kind: 'wrong_backup_code' }, malformed: { kind: 'malformed_backup_code' } },
    });
  },
};
