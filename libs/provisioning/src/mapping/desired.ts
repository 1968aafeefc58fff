import { evaluate } from '../expression/evaluate.ts';
import { isAbsent, isList, isRecord, isTrue, single, textOf, type Value } from '../expression/value.ts';
import { canonical, isObject, type Json, type ScimResource } from '../plan/resource.ts';
import type { TargetTraits } from '../plan/traits.ts';
import { putAt } from './attribute-path.ts';
import type { CheckedRule } from './mapping.ts';

/** Attributes that are true or false in RFC 7643 §4.1; any other value is text. */
const booleans = new Set(['active', 'primary']);

export interface Desired {
  /** What is kept in step. */
  always: ScimResource;
  /** What is said when the resource is made: all of `always`, and more. */
  create: ScimResource;
  /** By what it is looked for, in order. */
  matches: { attribute: string; value: string }[];
  /** Usernames or ids of people here who are referred to and have no id on the other side yet. */
  waitsFor: string[];
}

/** Whom a person refers to: usernames or ids, to be looked up before `desiredResource`. Errors: EvaluationError. */
export function referencesOf(rules: readonly CheckedRule[], variables: { readonly [key: string]: Value }): string[] {
  const found = rules
    .filter(({ reference }) => reference)
    .map(({ expression }) => textOf(evaluate(expression, variables)));
  return [...new Set(found.flatMap((text) => (text === null || text === '' ? [] : text)))];
}

/**
 * What the other side should hold of a person or group, without members. `resolve` gives the id that a person has there.
 * Errors: EvaluationError.
 */
export function desiredResource(
  rules: readonly CheckedRule[],
  variables: { readonly [key: string]: Value },
  resolve: (reference: string) => string | undefined,
  { singleValues }: Pick<TargetTraits, 'singleValues'>,
): Desired {
  const [always, create]: ScimResource[] = [{}, {}];
  const matches: (Desired['matches'][number] & { priority: number })[] = [];
  const waitsFor: string[] = [];
  for (const { path, target, expression, when, match, reference } of rules) {
    const value = evaluate(expression, variables);
    if (isAbsent(value)) continue;
    let json: Json = booleans.has(path.subAttribute ?? path.attribute) ? isTrue(value) : jsonOf(value);
    if (reference) {
      const text = textOf(value) ?? '';
      const id = resolve(text);
      if (id === undefined) {
        waitsFor.push(text);
        continue;
      }
      json = id;
    }
    putAt(create ?? {}, path, structuredClone(json));
    if (when === 'always') putAt(always ?? {}, path, json);
    const text = textOf(value);
    if (match !== undefined && text !== null) matches.push({ attribute: target, value: text, priority: match });
  }
  return {
    always: finished(always ?? {}, singleValues),
    create: finished(create ?? {}, singleValues),
    matches: matches.toSorted((a, b) => a.priority - b.priority).map(({ priority: _priority, ...each }) => each),
    waitsFor,
  };
}

function jsonOf(value: Value): Json {
  if (isList(value)) {
    const entries = value.filter((entry) => !isAbsent(entry));
    // Attributes here are lists; where one value is wanted it is the first.
    return entries.every((entry) => !isRecord(entry)) ? jsonOf(single(entries)) : entries.map(jsonOf);
  }
  if (isRecord(value)) return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, jsonOf(inner)]));
  return typeof value === 'object' ? null : value;
}

/** Drops entries of multi-valued attributes that say only of which type they would be. */
function finished(resource: ScimResource, singleValues: boolean): ScimResource {
  const entries = Object.entries(resource).map(([name, value]): [string, Json] => {
    if (!Array.isArray(value)) return [name, value];
    const full = value.filter(
      (entry) => !isObject(entry) || Object.keys(entry).some((key) => !['type', 'primary'].includes(key)),
    );
    return [name, singleValues ? full.slice(0, 1) : full];
  });
  return canonical(Object.fromEntries(entries));
}
