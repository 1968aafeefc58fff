import { isArray, isObject, type Json, type JsonObject, own, refuse } from '@sparekey/scim';
import type { User } from '../model.ts';

/** What of a SCIM User is a person's account; everything else is kept as it was sent. */
export type AccountPart = Pick<User, 'username' | 'enabled'> & Partial<Pick<User, 'firstName' | 'lastName' | 'email'>>;

const address = /^[^\s@"<>()[\]\\,;:]{1,64}@[^\s@"<>()[\]\\,;:]{1,255}$/u;

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The address to write to: the primary one, else that of work, else the first; the database's scim_main_email() agrees. */
function mainEmail(emails: Json | undefined): string | undefined {
  if (!isArray(emails)) return undefined;
  const listed = emails.filter(isObject);
  const main =
    listed.find((email) => email.primary === true) ??
    listed.find((email) => text(email.type)?.toLowerCase() === 'work') ??
    listed[0];
  if (main === undefined) return undefined;
  const value = text(own(main, 'value')) ?? '';
  if (!address.test(value)) refuse('invalidValue', 'The "value" of the main e-mail has to be a mail address.');
  return value;
}

/** Errors: `invalidValue` for a userName that could not be typed, and for a main e-mail that is no address. */
export function accountOf(data: JsonObject): AccountPart {
  const username = text(own(data, 'userName')) ?? '';
  if (username.trim() !== username || username === '') {
    refuse('invalidValue', '"userName" has to have something in it, and no space at its ends.');
  }
  const name = own(data, 'name');
  const parts: JsonObject = isObject(name) ? name : {};
  const firstName = text(own(parts, 'givenName'));
  const lastName = text(own(parts, 'familyName'));
  const email = mainEmail(own(data, 'emails'));
  return {
    username,
    enabled: own(data, 'active') !== false,
    ...(firstName === undefined ? {} : { firstName }),
    ...(lastName === undefined ? {} : { lastName }),
    ...(email === undefined ? {} : { email }),
  };
}
