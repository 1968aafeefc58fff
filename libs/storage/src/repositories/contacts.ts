import type { ContactStore } from '@sparekey/factors';
import { isUuid } from '../database/json.ts';
import type { Queryable } from '../database/queryable.ts';

interface ContactRow {
  email: string | null;
  phone: string | null;
  phoneChangedAt: Date | null;
}

/** Addresses by which a person can be reached, verified ones only. */
export function contactStore(db: Queryable): ContactStore {
  return {
    async verified(realmId, userId) {
      if (!isUuid(userId)) return undefined;
      const row = await db.row<ContactRow>({
        name: 'contact_verified',
        text: `select case when email_verified then email end as email,
                 case when phone_number_verified then phone_number end as phone,
                 phone_number_changed_at as "phoneChangedAt"
               from user_account where realm_id = $1 and id = $2`,
        values: [realmId, userId],
      });
      if (row === undefined) return undefined;
      const { email, phone, phoneChangedAt } = row;
      return {
        ...(email === null ? {} : { email }),
        ...(phone === null ? {} : { phone: { number: phone, changedAt: phoneChangedAt ?? undefined } }),
      };
    },
  };
}
