import {
  type Attribute,
  comparable,
  isObject,
  type Json,
  type JsonObject,
  own,
  type ResourceType,
} from '@sparekey/scim';

export interface UniqueValue {
  /** With its schema, since two extensions may use one name. */
  readonly attribute: string;
  readonly value: string;
}

function of(schema: string, attributes: readonly Attribute[], values: JsonObject): readonly UniqueValue[] {
  return attributes.flatMap((attribute) => {
    const value: Json | undefined = own(values, attribute.name);
    if (attribute.uniqueness === 'none' || value === undefined) return [];
    return [{ attribute: `${schema}:${attribute.name}`, value: String(comparable(attribute, value)) }];
  });
}

/** Values that no other resource of the connection may have; those of people and groups are kept by their own tables. */
export function uniqueValues(type: ResourceType, data: JsonObject): readonly UniqueValue[] {
  const core = type.name === 'User' || type.name === 'Group' ? [] : of(type.schema.id, type.schema.attributes, data);
  const extensions = type.extensions.flatMap(({ schema }) => {
    const values = own(data, schema.id);
    return isObject(values) ? of(schema.id, schema.attributes, values) : [];
  });
  return [...core, ...extensions];
}
