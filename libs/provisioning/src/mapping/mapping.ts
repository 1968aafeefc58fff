import { groupType, resolveAttribute, userType } from '@sparekey/scim';
import { z } from 'zod';
import { type Expression, type KnownPath, maxExpressionLength, parseExpression } from '../expression/parse.ts';
import { ExpressionError } from '../expression/token.ts';
import type { ResourceKind } from '../plan/resource.ts';
import { type AttributePath, attributePath } from './attribute-path.ts';
import { defaultMapping, defaultSourceMapping } from './default-mapping.ts';
import { sourceAccountRules } from './source-account.ts';

/** One line of a mapping, to a target or from a source. */
export const mappingRuleSchema = z.strictObject({
  target: z.string().max(512),
  value: z.string().max(maxExpressionLength),
  /** `create`: said once, when the resource is made, and left alone afterwards. */
  when: z.enum(['always', 'create']).default('always'),
  /** Resources that are not linked yet are looked for by these, lowest first. */
  match: z.int().min(1).max(9).optional(),
  /** The value means a person on the side it comes from, and becomes their id on the side it goes to. */
  reference: z.boolean().default(false),
});

export type MappingRule = z.infer<typeof mappingRuleSchema>;

export interface CheckedRule extends Omit<MappingRule, 'target' | 'value'> {
  target: string;
  path: AttributePath;
  expression: Expression;
}

export interface MappingProblem {
  /** Index of the rule. */
  rule: number;
  part: 'target' | 'value';
  why: string;
}

const userFields = new Set([
  'id',
  'username',
  'email',
  'emailVerified',
  'phoneNumber',
  'phoneNumberVerified',
  'firstName',
  'lastName',
  'enabled',
  'locale',
  'groups',
]);
const groupFields = new Set(['id', 'name', 'path']);

/** Where the values of a mapping come from: an account or group here, or a resource of a directory. */
export type MappingOrigin = 'here' | 'there';

/** What an expression of each mapping can name. Attributes that an administrator or a directory made up are known by none. */
const knownHere: Record<ResourceKind, KnownPath> = {
  user: ([root, field = '', ...rest]) =>
    root === 'user' && (field === 'attributes' ? rest.length <= 1 : userFields.has(field) && rest.length === 0),
  group: ([root, field = '', ...rest]) =>
    root === 'group' && (field === 'attributes' ? rest.length <= 1 : groupFields.has(field) && rest.length === 0),
};

const knownThere: KnownPath = ([root]) => root === 'scim';

/** By what people and groups here can be found: what their directory calls them, and their name. */
const findable: Record<ResourceKind, readonly [string, string]> = {
  user: ['externalId', 'userName'],
  group: ['externalId', 'displayName'],
};

const typesHere = { user: userType, group: groupType } as const;

/** Whether a resource here has this attribute, it is written by its directory, and one value can be put there. */
function isHere(kind: ResourceKind, path: AttributePath): boolean {
  const names = [path.attribute, ...(path.subAttribute === undefined ? [] : [path.subAttribute])];
  const found = resolveAttribute(typesHere[kind], path.extension, names);
  if (found === undefined || found.attribute.multiValued !== (path.type !== undefined)) return false;
  const parts = [found.attribute, ...(found.sub === undefined ? [] : [found.sub])];
  return (
    parts.every(({ mutability, returned }) => mutability !== 'readOnly' && returned !== 'never') &&
    parts.at(-1)?.type !== 'complex'
  );
}

/** Reads every rule; what is wrong is told with its place. */
export function checkMapping(
  kind: ResourceKind,
  rules: readonly MappingRule[],
  origin: MappingOrigin = 'here',
): { rules: CheckedRule[]; problems: MappingProblem[] } {
  const problems: MappingProblem[] = [];
  const checked = rules.flatMap(({ target, value, ...rest }, rule): CheckedRule[] => {
    const path = attributePath(target);
    if (path === undefined) problems.push({ rule, part: 'target', why: 'is no path of an attribute that may be set' });
    if (path?.type !== undefined && rest.match !== undefined) {
      problems.push({ rule, part: 'target', why: 'only an attribute with one value can be matched by' });
    }
    if (origin === 'there' && path !== undefined && !isHere(kind, path)) {
      problems.push({ rule, part: 'target', why: `is no attribute of a ${kind} here with a value of its own` });
    }
    if (origin === 'there' && rest.match !== undefined && !findable[kind].includes(target)) {
      problems.push({ rule, part: 'target', why: `only ${findable[kind].join(' and ')} can be matched by` });
    }
    try {
      const expression = parseExpression(value, origin === 'here' ? knownHere[kind] : knownThere);
      return path === undefined ? [] : [{ ...rest, target, path, expression }];
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      problems.push({ rule, part: 'value', why: `at character ${error.position + 1}: ${error.message}` });
      return [];
    }
  });
  for (const [rule, { target }] of rules.entries()) {
    if (rules.findIndex((other) => other.target === target) < rule) {
      problems.push({ rule, part: 'target', why: `${target} stands in the mapping already` });
    }
  }
  if (!rules.some(({ match }) => match !== undefined)) {
    problems.push({ rule: rules.length, part: 'target', why: 'no rule has `match`: nothing could be found again' });
  }
  const [, name] = findable[kind];
  if (origin === 'there' && !rules.some(({ target }) => target === name)) {
    problems.push({
      rule: rules.length,
      part: 'target',
      why: `no rule says ${name}, without which there is no ${kind}`,
    });
  }
  return { rules: checked, problems };
}

const defaults = { here: defaultMapping, there: defaultSourceMapping } as const;

const ruleList = (kind: ResourceKind, origin: MappingOrigin) =>
  z
    .array(mappingRuleSchema)
    .max(100)
    .default(defaults[origin][kind].map((rule) => mappingRuleSchema.parse(rule)))
    .superRefine((rules, context) => {
      for (const { rule, part, why } of checkMapping(kind, rules, origin).problems) {
        context.addIssue({ code: 'custom', path: rule < rules.length ? [rule, part] : [], message: why });
      }
    });

/** What the attributes of the other side are made of. */
export const mappingSchema = z.strictObject({
  user: ruleList('user', 'here').describe(
    'Rules for people: `target`, `value`, and optionally `when`, `match`, `reference`',
  ),
  group: ruleList('group', 'here').describe('Rules for groups; their members need none'),
});
export type Mapping = z.infer<typeof mappingSchema>;

/** What the attributes here are made of: `target` is an attribute here, `value` is over `scim`, the resource there. */
export const sourceMappingSchema = z.strictObject({
  user: ruleList('user', 'there').describe(
    'Rules for people: `target` here, `value` over `scim`, and optionally `when`, `match`, `reference`',
  ),
  group: ruleList('group', 'there').describe('Rules for groups; their members need none'),
  account: sourceAccountRules,
});
