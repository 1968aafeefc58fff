import { type Attribute, attribute } from './attribute.ts';

/** What every resource has beside its schema (RFC 7643 §3.1). */
export const commonAttributes: readonly Attribute[] = [
  attribute('schemas', 'The schemas of the resource.', {
    type: 'reference',
    referenceTypes: ['uri'],
    multiValued: true,
    required: true,
    returned: 'always',
  }),
  attribute('id', 'The identifier that this service gave the resource; never used again for another.', {
    caseExact: true,
    mutability: 'readOnly',
    returned: 'always',
    uniqueness: 'server',
  }),
  attribute('externalId', 'The identifier that the provisioning client gave the resource.', { caseExact: true }),
  attribute('meta', 'What the service keeps about the resource.', {
    mutability: 'readOnly',
    subAttributes: [
      attribute('resourceType', 'The type of the resource.', { caseExact: true, mutability: 'readOnly' }),
      attribute('created', 'When it was created here.', { type: 'dateTime', mutability: 'readOnly' }),
      attribute('lastModified', 'When it was changed last.', { type: 'dateTime', mutability: 'readOnly' }),
      attribute('location', 'Its address.', { type: 'reference', referenceTypes: ['uri'], mutability: 'readOnly' }),
      attribute('version', 'Its entity tag.', { caseExact: true, mutability: 'readOnly' }),
    ],
  }),
];
