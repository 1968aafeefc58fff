import { z } from 'zod';
import { type Expression, type KnownPath, maxExpressionLength, parseExpression } from '../expression/parse.ts';
import { ExpressionError } from '../expression/token.ts';
import type { ResourceKind } from '../plan/resource.ts';
import { type AttributePath, attributePath } from './attribute-path.ts';
import { defaultMapping } from './default-mapping.ts';

/** One line of a mapping to a target. */
export const mappingRuleSchema = z.strictObject({
  target: z.string().max(512),
  value: z.string().max(maxExpressionLength),
  /** `create`: said once, when the resource is made, and the other side's own afterwards. */
  when: z.enum(['always', 'create']).default('always'),
  /** Resources that are not linked yet are looked for by these, lowest first. */
  match: z.int().min(1).max(9).optional(),
  /** The value is a username or id here, and becomes the id that the person has on the other side. */
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

/** What an expression of each mapping can name. Attributes that an administrator made up are known by none. */
const knownPaths: Record<ResourceKind, KnownPath> = {
  user: ([root, field = '', ...rest]) =>
    root === 'user' && (field === 'attributes' ? rest.length <= 1 : userFields.has(field) && rest.length === 0),
  group: ([root, field = '', ...rest]) =>
    root === 'group' && (field === 'attributes' ? rest.length <= 1 : groupFields.has(field) && rest.length === 0),
};

/** Reads every rule; what is wrong is told with its place. */
export function checkMapping(
  kind: ResourceKind,
  rules: readonly MappingRule[],
): { rules: CheckedRule[]; problems: MappingProblem[] } {
  const problems: MappingProblem[] = [];
  const checked = rules.flatMap(({ target, value, ...rest }, rule): CheckedRule[] => {
    const path = attributePath(target);
    if (path === undefined) problems.push({ rule, part: 'target', why: 'is no path of an attribute that may be set' });
    if (path?.type !== undefined && rest.match !== undefined) {
      problems.push({ rule, part: 'target', why: 'only an attribute with one value can be matched by' });
    }
    try {
      const expression = parseExpression(value, knownPaths[kind]);
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
  return { rules: checked, problems };
}

const ruleList = (kind: ResourceKind) =>
  z
    .array(mappingRuleSchema)
    .max(100)
    .default(defaultMapping[kind].map((rule) => mappingRuleSchema.parse(rule)))
    .superRefine((rules, context) => {
      for (const { rule, part, why } of checkMapping(kind, rules).problems) {
        context.addIssue({ code: 'custom', path: rule < rules.length ? [rule, part] : [], message: why });
      }
    });

/** What the attributes of the other side are made of. */
export const mappingSchema = z.strictObject({
  user: ruleList('user').describe('Rules for people: `target`, `value`, and optionally `when`, `match`, `reference`'),
  group: ruleList('group').describe('Rules for groups; their members need none'),
});
export type Mapping = z.infer<typeof mappingSchema>;
