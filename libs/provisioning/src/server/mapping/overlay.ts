import type { Attribute, JsonObject } from '@sparekey/scim';
import { evaluate } from '../../expression/evaluate.ts';
import type { Expression } from '../../expression/parse.ts';
import { EvaluationError, isAbsent, isTrue, textOf, type Value } from '../../expression/value.ts';
import { type AttributePath, putAt, removeAt } from '../../mapping/attribute-path.ts';
import type { Json, ScimResource } from '../../plan/resource.ts';

/** What of an account a mapping can name. */
export interface ToldAccount {
  readonly username: string;
  readonly firstName: string | null;
  readonly lastName: string | null;
  readonly email: string | null;
  readonly locale: string | null;
  readonly attributes: Readonly<Record<string, readonly string[]>>;
}

export interface ComputedRule {
  readonly path: AttributePath;
  readonly type: Attribute['type'];
  readonly expression: Expression;
}

/** Puts into a resource what is computed of the account. A value that is absent or out of bounds is not told. */
export function overlay(rules: readonly ComputedRule[]): (resource: JsonObject, account: ToldAccount) => JsonObject {
  return (resource, account) => {
    if (rules.length === 0) return resource;
    const told = structuredClone(resource) as ScimResource;
    for (const { path, type, expression } of rules) {
      const value = typed(type, valueFor(expression, account));
      if (value === undefined) removeAt(told, path);
      else putAt(told, path, value);
    }
    return told;
  };
}

function valueFor(expression: Expression, account: ToldAccount): Value {
  try {
    return evaluate(expression, { user: { ...account } });
  } catch (error) {
    if (error instanceof EvaluationError) return null;
    throw error;
  }
}

function typed(type: Attribute['type'], value: Value): Json | undefined {
  const text = isAbsent(value) ? null : textOf(value);
  if (text === null) return undefined;
  if (type === 'boolean') return isTrue(value);
  if (type !== 'integer' && type !== 'decimal') return text;
  const number = Number(text);
  return (type === 'integer' ? Number.isSafeInteger(number) : Number.isFinite(number)) ? number : undefined;
}
