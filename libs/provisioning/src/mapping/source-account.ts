import { z } from 'zod';
import { maxExpressionLength, parseExpression } from '../expression/parse.ts';
import { ExpressionError } from '../expression/token.ts';
import type { AccountRule } from '../server/mapping/account.ts';
import { accountPlace } from '../server/mapping/rules.ts';
import type { MappingProblem } from './mapping.ts';

const ruleSchema = z.strictObject({ target: z.string().max(512), value: z.string().max(maxExpressionLength) });
type Rule = z.infer<typeof ruleSchema>;

/**
 * What a source decides of an account that no attribute of SCIM holds: its language, and attributes that an administrator
 * made up. Names and addresses are said by the rules for people.
 */
export function checkAccountRules(rules: readonly Rule[]): { rules: AccountRule[]; problems: MappingProblem[] } {
  const problems: MappingProblem[] = [];
  const targets = rules.map(({ target }) => target);
  const checked = rules.flatMap(({ target, value }, rule): AccountRule[] => {
    const place = accountPlace(target);
    const isOther = place !== undefined && 'field' in place && place.field !== 'locale';
    if (place === undefined || isOther) {
      problems.push({ rule, part: 'target', why: 'is neither `locale` nor `attributes.NAME`' });
    }
    if (targets.indexOf(target) < rule) {
      problems.push({ rule, part: 'target', why: `${target} stands in the mapping already` });
    }
    try {
      const expression = parseExpression(value, ([root]) => root === 'scim');
      return place === undefined ? [] : [{ place, expression }];
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      problems.push({ rule, part: 'value', why: `at character ${error.position + 1}: ${error.message}` });
      return [];
    }
  });
  return { rules: checked, problems };
}

export const sourceAccountRules = z
  .array(ruleSchema)
  .max(100)
  .default([])
  .superRefine((rules, context) => {
    for (const { rule, part, why } of checkAccountRules(rules).problems) {
      context.addIssue({ code: 'custom', path: [rule, part], message: why });
    }
  })
  .describe('Rules for what else an account holds: `target` is `locale` or `attributes.NAME`, `value` over `scim`');
