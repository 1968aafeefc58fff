import type { Contact, ContactStore, Contacts, FormerContact } from '@sparekey/factors';
import { isUuid } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';

interface ContactRow {
  email: string | null;
  emailSince: Date | null;
  phone: string | null;
  phoneSince: Date | null;
  /** Of both kinds, the last one first; null without any. */
  before: { kind: 'email' | 'sms'; address: string; since: string | null; until: string }[] | null;
}

const none: Contacts = { current: undefined, before: [] };

/** Addresses and numbers by which a person can be reached, and those that somebody else replaced (migration 0151). */
export function contactStore(db: Queryable): ContactStore {
  return {
    async of(realmId, userId) {
      const row = isUuid(userId)
        ? await db.row<ContactRow>({
            name: 'contacts_of',
            text: `select case when email_verified then email end as email, email_changed_at as "emailSince",
                     case when phone_number_verified then phone_number end as phone,
                     phone_number_changed_at as "phoneSince",
                     (select json_agg(json_build_object('kind', b.kind, 'address', b.address,
                        'since', b.stood_from, 'until', b.stood_until) order by b.stood_until desc)
                      from contact_before b where b.realm_id = u.realm_id and b.user_id = u.id) as before
                   from user_account u where realm_id = $1 and id = $2`,
            values: [realmId, userId],
          })
        : undefined;
      if (row === undefined) return { email: none, sms: none };
      const before = (kind: 'email' | 'sms') => (row.before ?? []).filter((each) => each.kind === kind).map(former);
      return {
        email: { current: current(row.email, row.emailSince), before: before('email') },
        sms: { current: current(row.phone, row.phoneSince), before: before('sms') },
      };
    },
  };
}

function current(address: string | null, since: Date | null): Contact | undefined {
  return address === null ? undefined : { address, since: since ?? undefined };
}

function former({ address, since, until }: NonNullable<ContactRow['before']>[number]): FormerContact {
  return { address, since: since === null ? undefined : new Date(since), until: new Date(until) };
}
