import { functions } from './functions.ts';
import type { Expression } from './parse.ts';
import { EvaluationError, isAbsent, isList, isRecord, isTrue, textOf, type Value } from './value.ts';

/** Longer results are cut off as an error: nothing that goes into a directory is longer. */
export const maxTextLength = 4096;
const maxEntries = 1000;

function bounded(value: Value): Value {
  if (typeof value === 'string' && value.length > maxTextLength) {
    throw new EvaluationError(`a text of more than ${maxTextLength} characters`);
  }
  if (isList(value) && value.length > maxEntries)
    throw new EvaluationError(`a list of more than ${maxEntries} entries`);
  return value;
}

function lookUp(steps: readonly string[], variables: { readonly [key: string]: Value }): Value {
  let value: Value = variables;
  for (const step of steps) {
    if (!isRecord(value) || !Object.hasOwn(value, step)) return null;
    value = value[step] ?? null;
  }
  return value;
}

/**
 * The value of an expression over these variables. Every part is looked at once, so its time is bounded by its length and
 * by the bounds of texts and lists. Errors: EvaluationError.
 */
export function evaluate(expression: Expression, variables: { readonly [key: string]: Value }): Value {
  switch (expression.kind) {
    case 'literal':
      return expression.value;
    case 'path':
      return lookUp(expression.steps, variables);
    case 'not':
      return !isTrue(evaluate(expression.operand, variables));
    case 'call': {
      const operands = expression.operands.map((operand) => evaluate(operand, variables));
      return bounded(functions[expression.name].apply(operands));
    }
    case 'binary':
      return bounded(binary(expression, variables));
  }
}

function binary(
  { sign, left, right }: Extract<Expression, { kind: 'binary' }>,
  variables: { readonly [key: string]: Value },
): Value {
  const first = evaluate(left, variables);
  switch (sign) {
    case '??':
      return isAbsent(first) ? evaluate(right, variables) : first;
    case 'and':
      return isTrue(first) && isTrue(evaluate(right, variables));
    case 'or':
      return isTrue(first) || isTrue(evaluate(right, variables));
    case '+':
      return (textOf(first) ?? '') + (textOf(evaluate(right, variables)) ?? '');
    case '==':
      return textOf(first) === textOf(evaluate(right, variables));
    case '!=':
      return textOf(first) !== textOf(evaluate(right, variables));
  }
}
