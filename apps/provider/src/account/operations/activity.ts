import type { AuditEventType } from '@sparekey/audit';
import { AppError } from '@sparekey/contracts';
import type { AuditRecord } from '@sparekey/storage';
import type { Acting } from './acting.ts';
import { applicationNames } from './applications.ts';
import { type Whereabouts, whereabouts } from './whereabouts.ts';

export const ACTIVITY_DAYS = 90;

/** Told of whatever came of them. */
const shown = [
  'sign_in.completed',
  'password.changed',
  'password_reset.requested',
  'email.verified',
  'totp.enrolled',
  'totp.renamed',
  'totp.removed',
  'webauthn.enrolled',
  'webauthn.renamed',
  'webauthn.removed',
  'webauthn.counter_regressed',
  'backup_code.consumed',
  'backup_codes.confirmed',
  'backup_codes.revoked',
  'backup_codes.expired',
  'attempts.locked',
  'attempts.unlocked',
  'recovery.frozen',
  'recovery.approved',
  'recovery.vetoed',
  'recovery.device_lost',
  'recovery.repaired',
  'recovery_pass.issued',
  'recovery_pass.consumed',
  'device.trusted',
  'device.revoked',
  'session.ended',
  'session.ended_all',
  'consent.granted',
  'consent.withdrawn',
  'refresh_token.reused',
  'profile.updated',
] as const satisfies readonly AuditEventType[];

/** A success of these is part of a sign-in, which is told of itself. */
const shownFailed = [
  'password.attempted',
  'totp.attempted',
  'webauthn.attempted',
  'email.attempted',
  'sms.attempted',
  'backup_code.attempted',
] as const satisfies readonly AuditEventType[];

export const activityTypes = [...shown, ...shownFailed];
export type ActivityType = (typeof activityTypes)[number];

/** Keys of an event's detail that its person may read; every other stays in the audit trail. */
const tellable = ['label', 'from', 'to', 'left', 'count', 'fields', 'by', 'scope', 'days', 'amr'] as const;
export type ActivityDetail = { [key in (typeof tellable)[number]]?: string | number | boolean };

/** One thing that happened to a person's account. */
export interface Activity {
  id: string;
  at: Date;
  type: ActivityType;
  outcome: 'success' | 'failure' | 'denied';
  /** `unknown` is somebody who had not proven who they are. */
  by: 'person' | 'administrator' | 'application' | 'system' | 'unknown';
  where: Whereabouts;
  /** Name of the application that was signed in to or acted. */
  application?: string;
  detail: ActivityDetail;
}

export interface ActivityPage {
  entries: Activity[];
  /** Cursor of the page after this one; undefined on the last. */
  next?: string;
}

/**
 * What happened to the account in the last 90 days, newest first: an allow-listed view of the audit trail. `before` is the
 * `next` of an earlier page. Errors: `validation_failed` for a cursor that is none.
 */
export async function activity(
  acting: Acting,
  { before, limit = 25 }: { before?: string | undefined; limit?: number } = {},
): Promise<ActivityPage> {
  const { services, realm, person } = acting;
  const found = await services.storage.stores.activity.list(realm.realm.id, person.id, {
    types: shown,
    failuresOf: shownFailed,
    days: ACTIVITY_DAYS,
    before: before === undefined ? undefined : positionOf(before),
    // One more tells whether another page follows.
    limit: limit + 1,
  });
  const records = found.slice(0, limit);
  const names = await applicationNames(acting, new Set(records.flatMap(({ clientId }) => clientId ?? [])));
  const last = found.length > limit ? records.at(-1) : undefined;
  return {
    entries: records.map((record) => told(acting, record, names)),
    ...(last ? { next: `${last.at.getTime()}.${last.id}` } : {}),
  };
}

function told({ services, person }: Acting, record: AuditRecord, names: Map<string, string>): Activity {
  const { id, at, type, outcome, actor, origin, clientId, detail = {} } = record;
  const application = clientId === undefined ? undefined : names.get(clientId);
  const by = actor.kind === 'user' ? (actor.id === person.id ? 'person' : 'administrator') : doers[actor.kind];
  return {
    id,
    at,
    type: type as ActivityType,
    outcome,
    by,
    // Where an administrator sits is not the person's to know.
    where: by === 'administrator' || origin === undefined ? {} : whereabouts(services, origin),
    ...(application === undefined ? {} : { application }),
    detail: Object.fromEntries(tellable.flatMap((key) => (key in detail ? [[key, detail[key]]] : []))),
  };
}

const doers = { client: 'application', operator: 'administrator', system: 'system', anonymous: 'unknown' } as const;

function positionOf(cursor: string): { at: Date; id: string } {
  const [, time = '', id = ''] = /^(\d{1,14})\.([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(cursor) ?? [];
  if (id === '') throw new AppError('validation_failed', 'not a cursor of the activity');
  return { at: new Date(Number(time)), id };
}
