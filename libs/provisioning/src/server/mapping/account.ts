import { type JsonObject, refuse } from '@sparekey/scim';
import { evaluate } from '../../expression/evaluate.ts';
import type { Expression } from '../../expression/parse.ts';
import { EvaluationError, isAbsent, isList, textOf, type Value } from '../../expression/value.ts';
import type { AccountField, AccountPlace } from './rules.ts';

export interface AccountRule {
  readonly place: AccountPlace;
  readonly expression: Expression;
}

/** What a resource says of an account: undefined where it says that there is nothing; what no rule names is not there. */
export interface MappedAccount {
  readonly fields: { readonly [K in AccountField]?: string | undefined };
  readonly attributes: Readonly<Record<string, readonly string[] | undefined>>;
}

/** Reads an account out of a resource. Errors: ScimError `invalidValue` for a value out of bounds. */
export type AccountMapping = (resource: JsonObject) => MappedAccount;

function texts(value: Value): readonly string[] {
  return (isList(value) ? value : [value]).flatMap((each) => textOf(each) || []);
}

export function accountMapping(rules: readonly AccountRule[]): AccountMapping {
  return (resource) => {
    const fields: { [K in AccountField]?: string | undefined } = {};
    const attributes: Record<string, readonly string[] | undefined> = {};
    for (const { place, expression } of rules) {
      const value = valueIn(expression, resource);
      if ('field' in place) fields[place.field] = isAbsent(value) ? undefined : (textOf(value) ?? undefined);
      else attributes[place.attribute] = isAbsent(value) ? undefined : texts(value);
    }
    return { fields, attributes };
  };
}

function valueIn(expression: Expression, resource: JsonObject): Value {
  try {
    return evaluate(expression, { scim: resource });
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return refuse('invalidValue', `The mapping of this connection makes of it ${error.message}.`);
  }
}
