import type { ClientUuid, RealmId, UserId } from '@sparekey/contracts';
import { normaliseLogin, type User } from '@sparekey/realms';
import { json } from '../database/json.ts';

/** A row of user_account, as selected and as user_claims() gives it. */
export interface UserRow {
  id: UserId;
  realm_id: RealmId;
  username: string;
  email: string | null;
  email_verified: boolean;
  phone_number: string | null;
  phone_number_verified: boolean;
  first_name: string | null;
  last_name: string | null;
  enabled: boolean;
  locale: string | null;
  attributes: Record<string, string[]>;
  required_actions: string[];
  service_account_client_id: ClientUuid | null;
  created_at: Date | string;
}

export function toUser(row: UserRow): User {
  return {
    id: row.id,
    realmId: row.realm_id,
    username: row.username,
    ...(row.email !== null && { email: row.email }),
    emailVerified: row.email_verified,
    ...(row.phone_number !== null && { phoneNumber: row.phone_number }),
    phoneNumberVerified: row.phone_number_verified,
    ...(row.first_name !== null && { firstName: row.first_name }),
    ...(row.last_name !== null && { lastName: row.last_name }),
    enabled: row.enabled,
    ...(row.locale !== null && { locale: row.locale }),
    attributes: row.attributes,
    requiredActions: row.required_actions,
    ...(row.service_account_client_id !== null && { serviceAccountClientId: row.service_account_client_id }),
    createdAt: new Date(row.created_at),
  };
}

/** In the order of `$1 …` of the writing statements. */
export function userValues(user: Omit<User, 'createdAt'> & { createdAt?: Date }): unknown[] {
  return [
    user.realmId,
    user.id,
    user.username,
    normaliseLogin(user.username),
    user.email,
    user.email === undefined ? null : normaliseLogin(user.email),
    user.emailVerified,
    user.phoneNumber,
    user.phoneNumberVerified,
    user.firstName,
    user.lastName,
    user.enabled,
    user.locale,
    json(user.attributes),
    user.requiredActions,
    user.serviceAccountClientId,
    user.createdAt,
  ];
}
