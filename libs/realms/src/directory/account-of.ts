import { type AccountField, type AccountMapping, defaultAccountMapping } from '@sparekey/provisioning';
import { own, refuse } from '@sparekey/scim';
import type { User } from '../model.ts';
import type { Wanted } from './writer.ts';

type Decided = Exclude<AccountField, 'username'>;
const decided: readonly Decided[] = ['firstName', 'lastName', 'email', 'locale'];

/** What a directory decides of a person's account; everything else of a SCIM User is kept as it was sent. */
export interface AccountPart {
  readonly username: string;
  readonly enabled: boolean;
  readonly email?: string;
  /** The person with all of it; what the directory decides and does not say is taken away, and nothing else changes. */
  over<T extends Partial<User>>(before: T): T & Pick<User, 'username' | 'enabled' | 'attributes'>;
}

const address = /^[^\s@"<>()[\]\\,;:]{1,64}@[^\s@"<>()[\]\\,;:]{1,255}$/u;
const language = /^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,4}$/;

/**
 * Errors: `invalidValue` for a userName that could not be typed, for a main e-mail that is no address, and for a language
 * that is no tag of RFC 5646.
 */
export function accountOf(
  { data, externalId }: Pick<Wanted, 'data' | 'externalId'>,
  mapping: AccountMapping = defaultAccountMapping,
): AccountPart {
  const { fields, attributes } = mapping({ ...data, ...(externalId === undefined ? {} : { externalId }) });
  const { username = '', email, locale } = fields;
  if (username.trim() !== username || username === '') {
    refuse('invalidValue', '"userName" has to have something in it, and no space at its ends.');
  }
  if (email !== undefined && !address.test(email)) {
    refuse('invalidValue', 'The "value" of the main e-mail has to be a mail address.');
  }
  if (locale !== undefined && !language.test(locale))
    refuse('invalidValue', 'The language has to be a tag like "it-CH".');
  const enabled = own(data, 'active') !== false;
  return {
    username,
    enabled,
    ...(email === undefined ? {} : { email }),
    over(before) {
      const after = { ...before, attributes: { ...before.attributes }, username, enabled };
      for (const field of decided) {
        if (!Object.hasOwn(fields, field)) continue;
        const value = fields[field];
        if (value === undefined) delete after[field];
        else Object.assign(after, { [field]: value });
      }
      for (const [name, values] of Object.entries(attributes)) {
        if (values === undefined) delete after.attributes[name];
        else after.attributes[name] = [...values];
      }
      return after;
    },
  };
}
