import type { AuditEvent } from '@sparekey/audit';
import type { FactorName, Happening, Letter } from './letter.ts';
import { maskEmail, maskPhone } from './mask.ts';

/** A letter that an event makes, and to which address of the person. */
export interface Notice {
  letter: Letter;
  /**
   * `current` unless said otherwise: the verified address. `former` is the one before a change, `new` the one after;
   * `phone` and `former_phone` are verified numbers, for a text message; `administrators` are all of the realm and of realm `master`, whoever the event is about.
   */
  to: 'current' | 'former' | 'new' | 'phone' | 'former_phone' | 'administrators';
  /** At most one such letter in an hour: events that a stranger can cause at will must not fill a mailbox. */
  oncePerHour?: true;
}

const WAIT_MS = 60_000;

/** How many codes left are worth a letter. */
const LOW = new Set([3, 1, 0]);

/**
 * What a person is told about an event, decided in one place: the audit trail asks here for everything that is appended,
 * so no caller can forget a notice. Pure; `at` is now. A new device is no matter of the event alone and is decided by who
 * knows the earlier ones.
 */
export function noticesOf(event: AuditEvent, at: Date): Notice[] {
  const when = happening(event, at);
  if (event.type === 'break_glass.opened' || event.type === 'break_glass.attempted') return [alarm(event, when)];
  if (event.subject === undefined) return [];
  const told = (letter: Letter): Notice => ({ letter, to: 'current' });
  const success = event.outcome === 'success';
  switch (event.type) {
    case 'backup_code.attempted':
      return success ? [] : [{ ...told({ kind: 'recovery_attempted', ...when }), oncePerHour: true }];
    case 'backup_code.consumed': {
      const left = Number(event.detail?.left ?? 0);
      const used = told({ kind: 'code_used', left, ...when });
      return LOW.has(left) ? [used, told({ kind: 'codes_low', left })] : [used];
    }
    case 'backup_codes.confirmed':
      return [told({ kind: 'codes_generated', count: Number(event.detail?.count ?? 0), ...when })];
    case 'backup_codes.expiring': {
      const { days, left } = event.detail ?? {};
      return [told({ kind: 'codes_expiring', days: Number(days), left: Number(left) })];
    }
    case 'password.changed':
      return [told({ kind: 'password_changed', ...when })];
    case 'attempts.locked':
      return event.detail?.scope === 'person' ? [{ ...told({ kind: 'locked', ...when }), oncePerHour: true }] : [];
    case 'recovery.assessed': {
      if (event.detail?.demands !== 'waiting') return [];
      const { until } = event.detail;
      return inEveryWay({ kind: 'recovery_waiting', ...(typeof until === 'string' ? { until } : {}), ...when });
    }
    case 'recovery.repaired': {
      const { factor, replaced } = event.detail ?? {};
      return [told({ kind: 'account_repaired', factor: factor as FactorName, replaced: Number(replaced), ...when })];
    }
    case 'recovery_pass.issued': {
      const usableAt = String(event.detail?.usableAt ?? '');
      // A moment between the clock of the database and ours is no wait.
      const waits = Date.parse(usableAt) - at.getTime() > WAIT_MS;
      return inEveryWay({ kind: 'pass_issued', ...(waits ? { usableAt } : {}), ...when });
    }
    case 'recovery_pass.consumed':
      return [told({ kind: 'pass_used', ...when })];
    case 'recovery.frozen':
      return [told({ kind: 'recovery_frozen', ...when })];
    case 'account.deleted':
      return [told({ kind: 'account_deleted', ...when })];
    case 'profile.updated':
      return contactNotices(event, when);
    default:
      return success ? factorNotices(event, when) : [];
  }
}

function happening({ origin }: AuditEvent, at: Date): Happening {
  return {
    at: at.toISOString(),
    ...(origin?.ip ? { ip: origin.ip } : {}),
    ...(origin?.userAgent ? { userAgent: origin.userAgent.slice(0, 200) } : {}),
  };
}

/** By mail and by text message: who waits for the other channel to stay silent shall not have both. */
function inEveryWay(letter: Letter): Notice[] {
  return [
    { letter, to: 'current' },
    { letter, to: 'phone' },
  ];
}

/** What a sealed code opens is loud: nobody shall be able to do it unseen. */
function alarm({ type, actor, detail }: AuditEvent, when: Happening): Notice {
  const operator = actor.kind === 'operator' ? oneLine(actor.name) : '—';
  const said = (key: string) => oneLine(String(detail?.[key] ?? '—'));
  if (type === 'break_glass.attempted') {
    return { letter: { kind: 'break_glass_attempted', operator, ...when }, to: 'administrators', oncePerHour: true };
  }
  const opened = { place: said('realm'), person: said('user'), operator, why: said('why') };
  return { letter: { kind: 'break_glass_opened', ...opened, ...when }, to: 'administrators' };
}

/** Words that somebody typed stay within their sentence. */
const oneLine = (text: string) => text.replace(/\p{Cc}+/gu, ' ').slice(0, 300);

/** To the old address, with the way to undo; to the new one without it, as the new one may be a stranger's. */
function contactNotices({ changed }: AuditEvent, when: Happening): Notice[] {
  const notices: Notice[] = [];
  if (changed?.email !== undefined) {
    const { from, to } = changed.email;
    if (from !== undefined) {
      const letter = { kind: 'email_changed', to: to === undefined ? '—' : maskEmail(to), ...when } as const;
      notices.push({ letter, to: 'former' });
    }
    if (to !== undefined) notices.push({ letter: { kind: 'email_set' }, to: 'new' });
  }
  if (changed?.phoneNumber !== undefined) {
    const { from, to } = changed.phoneNumber;
    const letter = { kind: 'phone_changed', to: to === undefined ? '—' : maskPhone(to), ...when } as const;
    notices.push({ letter, to: 'current' });
    if (from !== undefined) notices.push({ letter, to: 'former_phone' });
  }
  return notices;
}

const factorEvent = /^(totp|webauthn|email|sms)\.(enrolled|removed)$/;

/** By the form of the event's name, so that the events of a factor added later are told of too. */
function factorNotices({ type, detail }: AuditEvent, when: Happening): Notice[] {
  const [, factor, what] = factorEvent.exec(type) ?? [];
  if (factor === undefined) return [];
  const kind = what === 'enrolled' ? 'factor_added' : 'factor_removed';
  const label = typeof detail?.label === 'string' && detail.label !== '' ? { label: detail.label } : {};
  return [{ letter: { kind, factor: factor as FactorName, ...label, ...when }, to: 'current' }];
}
