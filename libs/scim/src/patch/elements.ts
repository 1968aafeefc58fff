import { comparableParts } from '../filter/comparable.ts';
import { isObject, type Json, type JsonObject, own, sameJson } from '../json.ts';
import { isPrimary } from '../resource/value.ts';
import type { Attribute } from '../schema/attribute.ts';

/** Two elements are the same value when `value` and `type` are (RFC 7643 §2.4), or all of it where there is no `value`. */
export function identityOf(attribute: Attribute, element: Json): string {
  const compared = comparableParts(attribute, element);
  if (!isObject(compared) || own(compared, 'value') === undefined) return JSON.stringify(compared);
  return JSON.stringify([compared.value, own(compared, 'type') ?? null]);
}

/** When one of `chosen` is primary, every other element stops being it (RFC 7644 §3.5.2). */
export function withOnePrimary(elements: readonly Json[], chosen: ReadonlySet<number>): readonly Json[] {
  const winner = elements.findLastIndex((element, at) => chosen.has(at) && isPrimary(element));
  if (winner < 0) return elements;
  return elements.map((element, at) =>
    at !== winner && isPrimary(element) ? { ...(element as JsonObject), primary: false } : element,
  );
}

/** What differs in its spelling alone is the same, and stays as it was. */
function merged(attribute: Attribute, known: Json, element: Json): Json {
  const next = isObject(known) && isObject(element) ? { ...known, ...element } : element;
  return sameJson(comparableParts(attribute, next), comparableParts(attribute, known)) ? known : next;
}

/** Adds what is not there; what is there already takes over the parts that it lacks or that differ, and stays in its place. */
export function addElements(attribute: Attribute, current: readonly Json[], added: readonly Json[]): readonly Json[] {
  const places = new Map(current.map((element, at) => [identityOf(attribute, element), at]));
  const next = [...current];
  const touched = new Set<number>();
  for (const element of added) {
    const identity = identityOf(attribute, element);
    const at = places.get(identity) ?? next.length;
    const known = next[at];
    next[at] = known === undefined ? element : merged(attribute, known, element);
    places.set(identity, at);
    touched.add(at);
  }
  return withOnePrimary(next, touched);
}

/** Without the elements that are named; an element with a `value` is named by it alone, whatever else is sent. */
export function removeElements(
  attribute: Attribute,
  current: readonly Json[],
  named: readonly Json[],
): readonly Json[] {
  const values = new Set<string>();
  const whole = new Set<string>();
  for (const element of named) {
    const compared = comparableParts(attribute, element);
    const value = isObject(compared) ? own(compared, 'value') : compared;
    if (value === undefined) whole.add(JSON.stringify(compared));
    else values.add(JSON.stringify(value));
  }
  return current.filter((element) => {
    const compared = comparableParts(attribute, element);
    const value = isObject(compared) ? own(compared, 'value') : compared;
    return !values.has(JSON.stringify(value ?? null)) && !whole.has(JSON.stringify(compared));
  });
}
