import { z } from 'zod';
import { maxExpressionLength } from '../../expression/parse.ts';

const rule = z.strictObject({ target: z.string().max(512), value: z.string().max(maxExpressionLength) });

/** What a directory that writes to us decides of an account, and what it reads of it. */
export const serverMappingSchema = z.strictObject({
  toAccount: z
    .array(rule)
    .min(1)
    .max(100)
    .describe('Rules: `target` of the account, `value` over `scim`, the resource as it was written'),
  toResource: z
    .array(rule)
    .max(100)
    .optional()
    .describe(
      'Rules: `target` of the resource, `value` over `user`; what `toAccount` only renames goes back by itself',
    ),
});
export type ServerMapping = z.infer<typeof serverMappingSchema>;

/** What holds where a connection has no mapping of its own. */
export const defaultServerMapping: ServerMapping = {
  toAccount: [
    { target: 'username', value: 'scim.userName' },
    { target: 'firstName', value: 'scim.name.givenName' },
    { target: 'lastName', value: 'scim.name.familyName' },
    { target: 'email', value: 'main(scim.emails)' },
  ],
};

/** What of an account a directory may decide by a mapping. Whether it is enabled is always `active`. */
export const accountFields = ['username', 'firstName', 'lastName', 'email', 'locale'] as const;
export type AccountField = (typeof accountFields)[number];

/** A field of the account, or one of the attributes that an administrator made up. */
export type AccountPlace = { readonly field: AccountField } | { readonly attribute: string };

const attribute = /^attributes\.([A-Za-z][\w-]{0,63})$/;
const noData = new Set(['constructor', 'prototype', '__proto__']);

/** Undefined for everything else: roles, groups, organization, credentials, factors and ids are no directory's to map. */
export function accountPlace(target: string): AccountPlace | undefined {
  const field = accountFields.find((each) => each === target);
  if (field !== undefined) return { field };
  const name = attribute.exec(target)?.[1];
  return name === undefined || noData.has(name) ? undefined : { attribute: name };
}
