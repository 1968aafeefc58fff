import { type Attribute, findAttribute, type Schema } from './attribute.ts';
import { commonAttributes } from './common.ts';
import { groupSchema } from './group.ts';
import { enterpriseUserSchema, userSchema } from './user.ts';

export interface Extension {
  readonly schema: Schema;
  readonly required: boolean;
}

/** A resource type of RFC 7643 §6. */
export interface ResourceType {
  readonly name: string;
  /** One segment with its slash: `/Users`. */
  readonly endpoint: string;
  readonly description: string;
  readonly schema: Schema;
  readonly extensions: readonly Extension[];
}

/** Where an attribute lives: of the core (`extension` absent) or of an extension, and perhaps one of its parts. */
export interface AttributeRef {
  readonly extension?: Schema;
  readonly attribute: Attribute;
  readonly sub?: Attribute;
}

export interface Registry {
  readonly types: readonly ResourceType[];
  byName(name: string): ResourceType | undefined;
  /** By the segment after the base address, case exact: it is part of a URL. */
  byEndpoint(segment: string): ResourceType | undefined;
  /** Every schema once. */
  readonly schemas: readonly Schema[];
}

export const userType: ResourceType = {
  name: 'User',
  endpoint: '/Users',
  description: 'A person with an account.',
  schema: userSchema,
  extensions: [{ schema: enterpriseUserSchema, required: false }],
};

export const groupType: ResourceType = {
  name: 'Group',
  endpoint: '/Groups',
  description: 'A group of people.',
  schema: groupSchema,
  extensions: [],
};

export function createRegistry(types: readonly ResourceType[] = [userType, groupType]): Registry {
  const schemas = new Map<string, Schema>();
  for (const type of types) {
    schemas.set(type.schema.id, type.schema);
    for (const { schema } of type.extensions) schemas.set(schema.id, schema);
  }
  return {
    types,
    byName: (name) => types.find((type) => type.name === name),
    byEndpoint: (segment) => types.find((type) => type.endpoint === `/${segment}`),
    schemas: [...schemas.values()],
  };
}

/** The attributes at the top of a resource: common ones, then those of its core schema. */
export function topAttributes(type: ResourceType): readonly Attribute[] {
  return [...commonAttributes, ...type.schema.attributes];
}

/** URNs compare without regard to case (RFC 8141 §3.1). */
export function schemaOf(type: ResourceType, urn: string): Schema | undefined {
  const wanted = urn.toLowerCase();
  return [type.schema, ...type.extensions.map((extension) => extension.schema)].find(
    (schema) => schema.id.toLowerCase() === wanted,
  );
}

/**
 * The attribute of a name such as `userName`, `name.givenName`, `urn:…:User:userName` (RFC 7644 §3.10); undefined when the
 * type has none such. A bare name means the core schema.
 */
export function resolveAttribute(
  type: ResourceType,
  urn: string | undefined,
  names: readonly string[],
): AttributeRef | undefined {
  const schema = urn === undefined ? type.schema : schemaOf(type, urn);
  const [first, second, ...more] = names;
  if (schema === undefined || first === undefined || more.length > 0) return undefined;
  const isCore = schema.id === type.schema.id;
  const attribute = findAttribute(isCore ? topAttributes(type) : schema.attributes, first);
  if (attribute === undefined) return undefined;
  const extension = isCore ? {} : { extension: schema };
  if (second === undefined) return { ...extension, attribute };
  const sub = findAttribute(attribute.subAttributes ?? [], second);
  return sub === undefined ? undefined : { ...extension, attribute, sub };
}
