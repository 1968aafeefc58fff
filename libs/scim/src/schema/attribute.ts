export const attributeTypes = [
  'string',
  'boolean',
  'decimal',
  'integer',
  'dateTime',
  'binary',
  'reference',
  'complex',
] as const;
export const mutabilities = ['readOnly', 'readWrite', 'immutable', 'writeOnly'] as const;
export const returns = ['always', 'never', 'default', 'request'] as const;
export const uniquenesses = ['none', 'server', 'global'] as const;

/** An attribute with every characteristic of RFC 7643 §2.2, in the form of a Schemas document (§7). */
export interface Attribute {
  readonly name: string;
  readonly type: (typeof attributeTypes)[number];
  readonly multiValued: boolean;
  readonly description: string;
  readonly required: boolean;
  readonly caseExact: boolean;
  readonly mutability: (typeof mutabilities)[number];
  readonly returned: (typeof returns)[number];
  readonly uniqueness: (typeof uniquenesses)[number];
  readonly canonicalValues?: readonly string[];
  readonly referenceTypes?: readonly string[];
  readonly subAttributes?: readonly Attribute[];
}

export interface Schema {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly attributes: readonly Attribute[];
}

/** An attribute with the defaults of RFC 7643 §2.2 for what is not said. References and binaries are case exact (§2.3.6, §2.3.7). */
export function attribute(
  name: string,
  description: string,
  characteristics: Partial<Omit<Attribute, 'name' | 'description'>> = {},
): Attribute {
  const type = characteristics.type ?? (characteristics.subAttributes === undefined ? 'string' : 'complex');
  return {
    name,
    type,
    multiValued: false,
    description,
    required: false,
    caseExact: type === 'reference' || type === 'binary',
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...characteristics,
  };
}

/** The default sub-attributes of a multi-valued complex attribute, RFC 7643 §2.4, with the types it knows. */
export function plural(
  name: string,
  description: string,
  types: readonly string[],
  value: Partial<Omit<Attribute, 'name' | 'description'>> = {},
): Attribute {
  return attribute(name, description, {
    multiValued: true,
    subAttributes: [
      attribute('value', `The value. ${description}`, value),
      attribute('display', 'A name for people to read.'),
      attribute('type', 'What it is for.', types.length === 0 ? {} : { canonicalValues: types }),
      attribute('primary', 'Whether it is the preferred one; true for one at most.', { type: 'boolean' }),
    ],
  });
}

/** Names compare without regard to case (RFC 7643 §2.1). */
export function findAttribute(attributes: readonly Attribute[], name: string): Attribute | undefined {
  const wanted = name.toLowerCase();
  return attributes.find((candidate) => candidate.name.toLowerCase() === wanted);
}
