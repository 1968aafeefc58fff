export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isArray(value: unknown): value is readonly Json[] {
  return Array.isArray(value);
}

/** An object without a prototype: whatever its keys are called, they are only keys. */
export function bareObject(entries: Iterable<readonly [string, Json]> = []): Record<string, Json> {
  const object = Object.create(null) as Record<string, Json>;
  for (const [key, value] of entries) object[key] = value;
  return object;
}

/** Own properties alone: `constructor` of an empty object is undefined. */
export function own(object: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}

/** Same JSON value; the order of keys says nothing, that of elements does. */
export function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (a === b) return true;
  if (isArray(a) && isArray(b)) return a.length === b.length && a.every((item, at) => sameJson(item, b[at]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && sameJson(a[key], b[key]))
  );
}

/** One text for what is the same JSON value (`sameJson`), so that many values are told apart without comparing each with each. */
export function jsonKey(value: Json): string {
  if (isArray(value)) return `[${value.map(jsonKey).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const parts = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${jsonKey(value[key] ?? null)}`);
  return `{${parts.join()}}`;
}

/** Nothing that deserves storing: RFC 7643 §2.5 holds null, an empty array and an absent attribute to be the same. */
export function isUnassigned(value: Json | undefined): value is null | undefined | readonly [] {
  return value === undefined || value === null || (isArray(value) && value.length === 0);
}
