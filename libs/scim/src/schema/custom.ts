import { z } from 'zod';
import {
  type Attribute,
  attribute,
  attributeTypes,
  findAttribute,
  mutabilities,
  returns,
  type Schema,
  uniquenesses,
} from './attribute.ts';
import { commonAttributes } from './common.ts';
import { createRegistry, groupType, type Registry, type ResourceType, userType } from './registry.ts';

/** RFC 7643 §2.1, and none of the words that JavaScript reads something into. */
const attributeName = z
  .string()
  .regex(
    /^[A-Za-z][A-Za-z0-9_$-]{0,63}$/,
    'begins with a letter; then letters, digits, _, $ and -; 64 characters at most',
  )
  .refine(
    (name) => !['constructor', 'prototype', 'hasownproperty', 'tostring', 'valueof'].includes(name.toLowerCase()),
    'is reserved',
  );

const urn = z
  .string()
  .max(200)
  .regex(/^urn:[a-z0-9][a-z0-9-]{0,31}:[A-Za-z0-9._:-]+$/i, 'is a URN such as urn:example:scim:schemas:2.0:Badge');

const simple = {
  name: attributeName,
  type: z.enum(attributeTypes).default('string').describe('Data type (RFC 7643 section 2.3).'),
  multiValued: z.boolean().default(false).describe('Whether it has many values.'),
  description: z.string().max(500).default('').describe('For people who configure clients.'),
  required: z.boolean().default(false).describe('Whether a resource without it is refused.'),
  caseExact: z.boolean().optional().describe('Whether case counts; true for references and binaries, else false.'),
  mutability: z.enum(mutabilities).default('readWrite').describe('Who may write it, and when.'),
  returned: z.enum(returns).default('default').describe('When answers carry it.'),
  uniqueness: z.enum(uniquenesses).default('none').describe('Whether two resources may have the same value.'),
  canonicalValues: z.array(z.string().max(200)).max(100).optional().describe('Values to choose from.'),
  referenceTypes: z.array(z.string().max(100)).max(20).optional().describe('What a reference leads to.'),
};

const subAttribute = z.strictObject({ ...simple, type: z.enum(attributeTypes).exclude(['complex']).default('string') });
const customAttribute = z.strictObject({ ...simple, subAttributes: z.array(subAttribute).min(1).max(50).optional() });

const customSchema = z.strictObject({
  id: urn,
  name: z.string().min(1).max(100),
  description: z.string().max(500).default(''),
  attributes: z.array(customAttribute).min(1).max(200),
});

/** What an administrator defines for a connection: schemas, types made of them, and extensions of types. */
export const customTypesSchema = z.strictObject({
  schemas: z.array(customSchema).max(20).default([]).describe('Schemas of your own.'),
  resourceTypes: z
    .array(
      z.strictObject({
        name: z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,63}$/),
        endpoint: z.string().regex(/^\/[A-Za-z][A-Za-z0-9-]{0,63}$/, 'is one segment such as /Badges'),
        description: z.string().max(500).default(''),
        schema: urn,
      }),
    )
    .max(20)
    .default([])
    .describe('Resource types beside User and Group.'),
  extensions: z
    .array(z.strictObject({ type: z.string(), schema: urn, required: z.boolean().default(false) }))
    .max(20)
    .default([])
    .describe('Which schema extends which type.'),
});

export type CustomTypes = z.output<typeof customTypesSchema>;

/** What is wrong with a definition, as sentences with the path to the place. */
export type Problem = { readonly path: string; readonly message: string };

type CustomAttribute = z.output<typeof customAttribute>;

function attributeOf({
  name,
  description,
  subAttributes,
  caseExact,
  canonicalValues,
  referenceTypes,
  ...rest
}: CustomAttribute): Attribute {
  return attribute(name, description, {
    ...rest,
    ...(caseExact === undefined ? {} : { caseExact }),
    ...(canonicalValues === undefined ? {} : { canonicalValues }),
    ...(referenceTypes === undefined ? {} : { referenceTypes }),
    ...(subAttributes === undefined ? {} : { subAttributes: subAttributes.map(attributeOf) }),
  });
}

function duplicates(names: readonly string[]): readonly string[] {
  const lower = names.map((name) => name.toLowerCase());
  return names.filter((_name, at) => lower.indexOf(lower[at] ?? '') !== at);
}

function problemsOfAttribute(path: string, one: CustomAttribute): Problem[] {
  const problems: Problem[] = [];
  const say = (message: string) => problems.push({ path: `${path}.${one.name}`, message });
  if ((one.type === 'complex') !== (one.subAttributes !== undefined))
    say('a complex attribute, and no other, has subAttributes');
  if (one.type !== 'reference' && one.referenceTypes !== undefined) say('only a reference has referenceTypes');
  if (one.type !== 'string' && one.canonicalValues !== undefined) say('only text has canonicalValues');
  if (one.required && one.mutability === 'readOnly') say('nobody could give a required attribute that is readOnly');
  if (one.uniqueness !== 'none' && (one.multiValued || one.type === 'complex' || one.type === 'boolean')) {
    say('only a single value can be unique');
  }
  if (one.mutability === 'writeOnly' && one.returned !== 'never')
    say('what is writeOnly is returned never (RFC 7643 section 7)');
  const names = (one.subAttributes ?? []).map((sub) => sub.name);
  for (const name of duplicates(names)) say(`has "${name}" twice`);
  return problems.concat((one.subAttributes ?? []).flatMap((sub) => problemsOfAttribute(`${path}.${one.name}`, sub)));
}

function problemsOf(custom: CustomTypes): Problem[] {
  const builtIn = [userType, groupType];
  const reserved = builtIn.flatMap((type) => [
    type.schema.id,
    ...type.extensions.map((extension) => extension.schema.id),
  ]);
  const known = new Set(custom.schemas.map((schema) => schema.id.toLowerCase()));
  const problems: Problem[] = [];
  custom.schemas.forEach((schema, at) => {
    const path = `schemas[${at}]`;
    if (reserved.some((id) => id.toLowerCase() === schema.id.toLowerCase()) || /^urn:ietf:/i.test(schema.id)) {
      problems.push({ path, message: `${schema.id} belongs to the standard` });
    }
    for (const name of duplicates(schema.attributes.map((one) => one.name)))
      problems.push({ path, message: `has "${name}" twice` });
    for (const one of schema.attributes) {
      if (findAttribute(commonAttributes, one.name))
        problems.push({ path, message: `"${one.name}" is in every resource already` });
      problems.push(...problemsOfAttribute(path, one));
    }
  });
  for (const id of duplicates(custom.schemas.map((schema) => schema.id)))
    problems.push({ path: 'schemas', message: `${id} is there twice` });
  const types = [...builtIn.map(({ name, endpoint }) => ({ name, endpoint })), ...custom.resourceTypes];
  for (const name of duplicates(types.map((type) => type.name)))
    problems.push({ path: 'resourceTypes', message: `${name} is there twice` });
  const endpoints = [
    '/Me',
    '/Bulk',
    '/Schemas',
    '/ResourceTypes',
    '/ServiceProviderConfig',
    '/Events',
    '/Deletions',
    ...types.map((type) => type.endpoint),
  ];
  for (const name of duplicates(endpoints)) problems.push({ path: 'resourceTypes', message: `${name} is taken` });
  for (const { schema } of [...custom.resourceTypes, ...custom.extensions]) {
    if (!known.has(schema.toLowerCase())) problems.push({ path: 'schemas', message: `${schema} is not defined` });
  }
  for (const { type } of custom.extensions) {
    if (!types.some((candidate) => candidate.name === type))
      problems.push({ path: 'extensions', message: `there is no type ${type}` });
  }
  for (const pair of duplicates(custom.extensions.map(({ type, schema }) => `${type} ${schema}`))) {
    problems.push({ path: 'extensions', message: `${pair} is there twice` });
  }
  return problems;
}

/**
 * The registry of a connection: User, Group and what an administrator defined. Gives the problems instead, all at once, when
 * the definition is not sound.
 */
export function customRegistry(definition: unknown): { registry: Registry } | { problems: readonly Problem[] } {
  const parsed = customTypesSchema.safeParse(definition);
  if (!parsed.success) {
    return { problems: parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })) };
  }
  const problems = problemsOf(parsed.data);
  if (problems.length > 0) return { problems };
  const schemas = new Map<string, Schema>(
    parsed.data.schemas.map((schema) => [
      schema.id.toLowerCase(),
      { ...schema, attributes: schema.attributes.map(attributeOf) },
    ]),
  );
  const schemaFor = (id: string) => schemas.get(id.toLowerCase());
  const extended = (type: ResourceType): ResourceType => ({
    ...type,
    extensions: [
      ...type.extensions,
      ...parsed.data.extensions.flatMap((extension) => {
        const schema = extension.type === type.name ? schemaFor(extension.schema) : undefined;
        return schema === undefined ? [] : [{ schema, required: extension.required }];
      }),
    ],
  });
  const own = parsed.data.resourceTypes.flatMap(({ schema: id, ...type }) => {
    const schema = schemaFor(id);
    return schema === undefined ? [] : [{ ...type, schema, extensions: [] }];
  });
  return { registry: createRegistry([userType, groupType, ...own].map(extended)) };
}
