import { attribute, plural, type Schema } from './attribute.ts';

/** The User of RFC 7643 §4.1; its characteristics are those of §8.7.1. */
export const userSchema: Schema = {
  id: 'urn:ietf:params:scim:schemas:core:2.0:User',
  name: 'User',
  description: 'A person with an account.',
  attributes: [
    attribute('userName', 'The name to sign in with.', { required: true, uniqueness: 'server' }),
    attribute('name', 'The parts of the name.', {
      subAttributes: [
        attribute('formatted', 'The whole name as it is shown.'),
        attribute('familyName', 'The family name.'),
        attribute('givenName', 'The given name.'),
        attribute('middleName', 'The middle names.'),
        attribute('honorificPrefix', 'A title before the name.'),
        attribute('honorificSuffix', 'A title after the name.'),
      ],
    }),
    attribute('displayName', 'The name to show to others.'),
    attribute('nickName', 'The casual name.'),
    attribute('profileUrl', 'An address of a page about the person.', {
      type: 'reference',
      referenceTypes: ['external'],
    }),
    attribute('title', 'The title at work.'),
    attribute('userType', 'How the person belongs to the organization.'),
    attribute('preferredLanguage', 'The preferred languages, as of Accept-Language.'),
    attribute('locale', 'The locale for dates, numbers and currencies (RFC 5646).'),
    attribute('timezone', 'The time zone, as named in the IANA database.'),
    attribute('active', 'Whether the person may sign in.', { type: 'boolean' }),
    attribute('password', 'A new password; never told.', { mutability: 'writeOnly', returned: 'never' }),
    plural('emails', 'A mail address.', ['work', 'home', 'other']),
    plural('phoneNumbers', 'A telephone number.', ['work', 'home', 'mobile', 'fax', 'pager', 'other']),
    plural('ims', 'An instant messaging address.', ['aim', 'gtalk', 'icq', 'xmpp', 'msn', 'skype', 'qq', 'yahoo']),
    plural('photos', 'The address of a photo.', ['photo', 'thumbnail'], {
      type: 'reference',
      referenceTypes: ['external'],
    }),
    attribute('addresses', 'Postal addresses.', {
      multiValued: true,
      subAttributes: [
        attribute('formatted', 'The whole address.'),
        attribute('streetAddress', 'The street and what belongs to it.'),
        attribute('locality', 'The city.'),
        attribute('region', 'The state or region.'),
        attribute('postalCode', 'The postal code.'),
        attribute('country', 'The country, ISO 3166-1 alpha-2.'),
        attribute('type', 'What it is for.', { canonicalValues: ['work', 'home', 'other'] }),
        attribute('primary', 'Whether it is the preferred one; true for one at most.', { type: 'boolean' }),
      ],
    }),
    attribute('groups', 'The groups the person is in.', {
      multiValued: true,
      mutability: 'readOnly',
      subAttributes: [
        attribute('value', 'The id of the group.', { mutability: 'readOnly', caseExact: true }),
        attribute('$ref', 'The address of the group.', {
          type: 'reference',
          referenceTypes: ['User', 'Group'],
          mutability: 'readOnly',
        }),
        attribute('display', 'The name of the group.', { mutability: 'readOnly' }),
        attribute('type', 'direct or indirect.', { mutability: 'readOnly', canonicalValues: ['direct', 'indirect'] }),
      ],
    }),
    plural('entitlements', 'Something the person is entitled to.', []),
    plural('roles', 'A role of the person in the organization; it grants nothing here.', []),
    plural('x509Certificates', 'A certificate, DER in base64.', [], { type: 'binary' }),
  ],
};

/** The enterprise extension of RFC 7643 §4.3. */
export const enterpriseUserSchema: Schema = {
  id: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
  name: 'EnterpriseUser',
  description: 'What an organization keeps about a person who works there.',
  attributes: [
    attribute('employeeNumber', 'The number of the person in the organization.'),
    attribute('costCenter', 'The cost centre.'),
    attribute('organization', 'The organization.'),
    attribute('division', 'The division.'),
    attribute('department', 'The department.'),
    attribute('manager', 'The manager.', {
      subAttributes: [
        attribute('value', 'The id of the manager.', { caseExact: true }),
        attribute('$ref', 'The address of the manager.', { type: 'reference', referenceTypes: ['User'] }),
        attribute('displayName', 'The name of the manager.', { mutability: 'readOnly' }),
      ],
    }),
  ],
};
