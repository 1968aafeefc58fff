import { attribute, type Schema } from './attribute.ts';

/** The Group of RFC 7643 §4.2; a member's own attributes cannot be changed, only the member be added or removed (§8.7.1). */
export const groupSchema: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  name: 'Group',
  description: 'A group of people.',
  attributes: [
    attribute('displayName', 'The name of the group.', { required: true, uniqueness: 'server' }),
    attribute('members', 'The members of the group.', {
      multiValued: true,
      subAttributes: [
        attribute('value', 'The id of the member.', { mutability: 'immutable', caseExact: true }),
        attribute('$ref', 'The address of the member.', {
          type: 'reference',
          referenceTypes: ['User', 'Group'],
          mutability: 'immutable',
        }),
        attribute('type', 'What the member is.', { mutability: 'immutable', canonicalValues: ['User', 'Group'] }),
        attribute('display', 'The name of the member.', { mutability: 'readOnly' }),
      ],
    }),
  ],
};
