import type { Origin } from '@sparekey/audit';
import type { PendingBackupCodeCheck } from '@sparekey/factors';
import type { Form } from '@sparekey/http';
import type { Policy } from '@sparekey/policy';
import type { User } from '@sparekey/realms';
import type { Stores } from '@sparekey/storage';
import * as pages from '../pages/index.ts';
import type { ServedRealm } from '../realms/cache.ts';
import type { Services } from '../services.ts';

type Matched = Extract<PendingBackupCodeCheck, { matched: true }>;

interface By {
  origin: Origin;
  signInUid?: string;
}

/** Whose codes they are, and the policy that person is under. */
export interface Owner {
  person: User;
  policy: Policy;
}

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
    { storage, factors, publicUrl }: Services,
    { realm }: ServedRealm,
    { person, policy }: Owner,
    by: By,
    shown: Shown & { reason: pages.BackupCodesModel['reason']; mayCancel?: boolean },
  ): Promise<pages.Html> {
    const holder = { realmId: realm.id, userId: person.id, policy };
    const active = await storage.stores.backupCodes.active(realm.id, person.id);
    const made = await factors.backupCode.prepare(holder);
    await storage.transaction(async (stores) => {
      await made.store(stores);
      await stores.audit.append({
        ...eventOf(realm.id, person, by),
        type: 'backup_codes.generated',
        backupCodeSetId: made.id,
        detail: { count: made.codes.length },
      });
    });
    return pages.backupCodes(
      {
        ...shown.form,
        ...(shown.purpose === undefined ? {} : { purpose: shown.purpose }),
        codes: made.codes,
        numbered: policy.backupCodes.selection === 'numbered',
        username: person.username,
        createdAt: made.createdAt,
        expiresAt: made.expiresAt,
        signInAddress: `${publicUrl}/realms/${realm.name}/account`,
        replaces: active !== undefined && active.left > 0 && active.expiresAt > made.createdAt,
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
    { storage, factors }: Services,
    { realm }: ServedRealm,
    { person, policy }: Owner,
    form: Form,
  ): Promise<Matched | { problem: pages.FormProblem }> {
    const input = form.get('confirm_code');
    if (input.trim() === '') return { problem: { kind: 'missing', field: 'confirm_code' } };
    const holder = { realmId: realm.id, userId: person.id, policy };
    const check = await factors.backupCode.checkPending(storage.stores, holder, input);
    if (check.matched) return check;
    return { problem: { kind: check.reason === 'malformed' ? 'malformed_backup_code' : 'wrong_confirm_code' } };
  },

  /** In the caller's transaction: the new set becomes the active one and the old one ends, both or neither. */
  async confirm(stores: Stores, { realm }: ServedRealm, person: User, check: Matched, by: By): Promise<boolean> {
    const confirmed = await check.confirm(stores);
    if (confirmed === false) return false;
    const event = { ...eventOf(realm.id, person, by), backupCodeSetId: check.id };
    await stores.audit.append({
      ...event,
      type: 'backup_codes.confirmed',
      detail: { count: check.count, expiresAt: check.expiresAt.toISOString() },
    });
    if (confirmed.replaced !== undefined) {
      await stores.audit.append({ ...event, type: 'backup_codes.regenerated', detail: { left: confirmed.replaced } });
    }
    return true;
  },
};

function eventOf(realmId: ServedRealm['realm']['id'], person: User, by: By) {
  return {
    realmId,
    actor: { kind: 'user', id: person.id },
    subject: person.id,
    outcome: 'success',
    origin: by.origin,
    ...(by.signInUid === undefined ? {} : { signInUid: by.signInUid }),
  } as const;
}
