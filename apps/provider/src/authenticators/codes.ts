import type { Form } from '@sparekey/http';
import * as pages from '../pages/index.ts';
import type { ServedRealm } from '../realms/cache.ts';
import type { Services } from '../services.ts';
import { type CodesMadeBy, checkTypedBack, confirmCodes, type Matched, makeCodes, type Owner } from './make-codes.ts';

/** What both places that show codes give to the page. */
interface Shown {
  form: pages.FormModel;
  view: pages.View;
  purpose?: pages.Purpose;
}

/** A new set of backup codes, the same within a sign-in and on the account page: made, shown once, confirmed. */
export const replacementCodes = {
  /** Makes a pending set and renders the only page its codes are ever on. */
  async show(
    services: Services,
    served: ServedRealm,
    { person, policy }: Owner,
    by: CodesMadeBy,
    shown: Shown & { reason: pages.BackupCodesModel['reason']; mayCancel?: boolean },
  ): Promise<pages.Html> {
    const made = await makeCodes(services, served, { person, policy }, by);
    return pages.backupCodes(
      {
        ...shown.form,
        ...(shown.purpose === undefined ? {} : { purpose: shown.purpose }),
        codes: made.codes,
        numbered: policy.backupCodes.selection === 'numbered',
        username: person.username,
        createdAt: made.createdAt,
        expiresAt: made.expiresAt,
        signInAddress: `${services.publicUrl}/realms/${served.realm.name}/account`,
        replaces: made.replaces,
        reason: shown.reason,
        mayCancel: shown.mayCancel ?? true,
      },
      shown.view,
    );
  },

  /** The page for whoever saw the codes already: type one back, or make another set. */
  async askAgain(
    { storage }: Services,
    { realm }: ServedRealm,
    { person, policy }: Owner,
    shown: Shown & { problem?: pages.FormProblem | undefined; mayCancel?: boolean },
  ): Promise<pages.Html> {
    const { stores } = storage;
    const [pending, active] = await Promise.all([
      stores.backupCodes.pending(realm.id, person.id),
      stores.backupCodes.active(realm.id, person.id),
    ]);
    const groupLength = pending?.groupLength ?? policy.backupCodes.groupLength;
    return pages.confirmBackupCodes(
      {
        ...shown.form,
        problem: shown.problem,
        ...(shown.purpose === undefined ? {} : { purpose: shown.purpose }),
        createdAt: pending?.createdAt ?? shown.view.now,
        replaces: active !== undefined && active.left > 0,
        groups: pending ? Math.ceil(pending.codeLength / groupLength) : policy.backupCodes.groups,
        groupLength,
        mayCancel: shown.mayCancel ?? true,
      },
      shown.view,
    );
  },

  async check(
    services: Services,
    realm: ServedRealm,
    owner: Owner,
    form: Form,
  ): Promise<Matched | { problem: pages.FormProblem }> {
    const input = form.get('confirm_code');
    if (input.trim() === '') return { problem: { kind: 'missing', field: 'confirm_code' } };
    const check = await checkTypedBack(services, realm, owner, input);
    if (check.matched) return check;
    return { problem: { kind: check.reason === 'malformed' ? 'malformed_backup_code' : 'wrong_confirm_code' } };
  },

  confirm: confirmCodes,
};
