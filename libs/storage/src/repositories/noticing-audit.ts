import type { AuditEvent, AuditTrail } from '@sparekey/audit';
import { e164, inForce, type SentCodeKind } from '@sparekey/factors';
import { mail, type Notice, noticesOf, type Recipient, smsNotice } from '@sparekey/messages';
import type { User } from '@sparekey/realms';
import type { Queryable } from '../database/queryable.ts';
import type { Keyring } from '../keyring/keyring.ts';
import { administratorsOf } from './administrators.ts';
import { auditTrail } from './audit.ts';
import { contactStore } from './contacts.ts';
import { outbox } from './outbox.ts';
import { realmRepository } from './realms.ts';
import { sendLimits } from './send-limits.ts';
import { userRepository } from './users.ts';

const SMS_NOTICES_PER_DAY = 6;

/**
 * The audit trail that also tells people: the notices of an event are queued in the transaction that appends it, so one is
 * told if and only if it is recorded, and no caller can forget. Mails go to verified addresses only, but for the one to an
 * address that was just set, which says no more than that.
 */
export function noticingAudit(db: Queryable, keyring: Keyring): AuditTrail {
  return {
    async append(event) {
      const notices = noticesOf(event, new Date());
      const signedIn = event.type === 'sign_in.completed' && event.subject !== undefined;
      if (notices.length === 0 && !signedIn) return auditTrail(db).append(event);
      await db.atomically(async (transaction) => {
        if (signedIn && (await isNewDevice(transaction, event))) notices.push(newDevice(event));
        await auditTrail(transaction).append(event);
        await tell(transaction, keyring, event, notices);
      });
    },
  };
}

async function tell(db: Queryable, keyring: Keyring, event: AuditEvent, notices: Notice[]): Promise<void> {
  const { realmId, subject } = event;
  const person = subject === undefined ? undefined : await userRepository(db).byId(realmId, subject);
  if (person?.serviceAccountClientId !== undefined) return;
  const queue = outbox(db, keyring);
  for (const { letter, to, oncePerHour } of notices) {
    const about = subject ?? 'realm';
    if (oncePerHour && !(await sendLimits(db).take(realmId, `notice:${letter.kind}:${about}`, 1, 3600))) continue;
    if (to === 'phone' || to === 'former_phone') {
      if (person === undefined) continue;
      for (const phone of await numbersOf(db, event, person, to))
        await queue.add(smsNotice({ ...recipientOf(person), phone }, letter));
      continue;
    }
    for (const recipient of await recipientsOf(db, event, person, to)) await queue.add(mail(recipient, letter));
    if (person !== undefined || to === 'administrators') {
      await queue.add({ realmId, kind: 'webhook', payload: webhookOf(event, letter.kind) });
    }
  }
}

async function recipientsOf(
  db: Queryable,
  event: AuditEvent,
  person: User | undefined,
  to: Exclude<Notice['to'], Phone>,
): Promise<Recipient[]> {
  if (to === 'administrators') return administratorsOf(db, event.realmId);
  if (person === undefined) return [];
  const email = addressOf(person, event, to);
  const emails = new Set(email === undefined ? [] : [email]);
  if (to === 'current') for (const before of await stillInForce(db, person, 'email')) emails.add(before);
  return [...emails].map((each) => ({ ...recipientOf(person), email: each }));
}

/** The address or number of before where others changed it, as long as codes go there: it hears of everything. */
async function stillInForce(db: Queryable, { realmId, id }: User, kind: SentCodeKind): Promise<string[]> {
  const contacts = (await contactStore(db).of(realmId, id))[kind];
  if (contacts.before.length === 0) return [];
  const policy = (await realmRepository(db).byId(realmId))?.policy.messages;
  const waitHours = (kind === 'email' ? policy?.emailWaitHours : policy?.smsNumberWaitHours) ?? 0;
  const address = inForce(contacts, waitHours, new Date());
  return address === undefined ? [] : [address];
}

type Phone = 'phone' | 'former_phone';

const recipientOf = ({ realmId, id: userId, username, locale }: User) => ({ realmId, userId, username, locale });

/** Text messages cost money: to open countries only, and so many a day for one person. */
async function numbersOf(db: Queryable, event: AuditEvent, person: User, to: Phone): Promise<string[]> {
  const { phoneNumber, phoneNumberVerified } = person;
  const known =
    to === 'former_phone'
      ? [event.changed?.phoneNumber?.from]
      : [phoneNumberVerified ? phoneNumber : undefined, ...(await stillInForce(db, person, 'sms'))];
  const numbers = new Set(known.map((number) => e164(number ?? '')).filter((number) => number !== undefined));
  if (numbers.size === 0) return [];
  const countries = (await realmRepository(db).byId(person.realmId))?.policy.messages.smsCountries ?? [];
  const told: string[] = [];
  for (const number of numbers) {
    if (!countries.some((country) => number.startsWith(`+${country}`))) continue;
    if (await sendLimits(db).take(person.realmId, `sms-notice:${person.id}`, SMS_NOTICES_PER_DAY, 86_400))
      told.push(number);
  }
  return told;
}

function addressOf(
  person: User,
  { changed }: AuditEvent,
  to: Exclude<Notice['to'], Phone | 'administrators'>,
): string | undefined {
  if (to === 'former') return changed?.email?.from;
  if (to === 'new') return changed?.email?.to;
  return person.emailVerified ? person.email : undefined;
}

/** What other systems are told: what happened and to whom, with nothing that could be used. */
function webhookOf(event: AuditEvent, notice: string): Record<string, unknown> {
  return {
    type: `sparekey.${notice}`,
    timestamp: new Date().toISOString(),
    data: {
      realmId: event.realmId,
      userId: event.subject,
      event: event.type,
      outcome: event.outcome,
      ...(event.clientId === undefined ? {} : { clientId: event.clientId }),
      ...(event.origin === undefined ? {} : { ip: event.origin.ip }),
    },
  };
}

function newDevice({ origin }: AuditEvent): Notice {
  const letter = {
    kind: 'new_device',
    at: new Date().toISOString(),
    ...(origin?.ip ? { ip: origin.ip } : {}),
  } as const;
  return { letter, to: 'current' };
}

/**
 * Whether this person signed in before, and never within 90 days with this browser on this system. Version numbers do not
 * count: an update makes no new device. The first sign-in of all is news to nobody.
 */
async function isNewDevice(db: Queryable, event: AuditEvent): Promise<boolean> {
  const row = await db.row<{ before: boolean; same: boolean }>({
    name: 'known_device',
    text: `select exists (
             select from audit_event
             where realm_id = $1 and subject_id = $2 and type = 'sign_in.completed' and at > now() - interval '90 days'
           ) as before, exists (
             select from audit_event
             where realm_id = $1 and subject_id = $2 and type = 'sign_in.completed' and at > now() - interval '90 days'
               and regexp_replace(coalesce(user_agent, ''), '[0-9._]+', '', 'g') = $3
           ) as same`,
    values: [event.realmId, event.subject, withoutVersions(event.origin?.userAgent)],
  });
  return row?.before === true && !row.same;
}

/** As the audit trail stores it, then as the statement above compares it. */
function withoutVersions(userAgent = ''): string {
  const stored = userAgent
    .toWellFormed()
    .replace(/\p{Cc}/gu, ' ')
    .slice(0, 512);
  return stored.replace(/[0-9._]+/g, '');
}
