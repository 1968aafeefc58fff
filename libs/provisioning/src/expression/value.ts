export type Value = string | number | boolean | null | readonly Value[] | { readonly [key: string]: Value };

/** The data made a value that is out of bounds, or none where there has to be one; the message says what it made. */
export class EvaluationError extends Error {
  override readonly name = 'EvaluationError';
}

export const isRecord = (value: Value | undefined): value is { readonly [key: string]: Value } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isList = (value: Value | undefined): value is readonly Value[] => Array.isArray(value);

/** One value: of a list its first. */
export const single = (value: Value): Value => (isList(value) ? (value[0] ?? null) : value);

/** A value as text; null for what is absent or has no text, such as an object. */
export function textOf(value: Value): string | null {
  const one = single(value);
  return one === null || typeof one === 'object' ? null : String(one);
}

/** Absent: null, an empty text, an empty list. */
export const isAbsent = (value: Value): boolean =>
  value === null || value === '' || (isList(value) && value.every(isAbsent));

/** What counts as yes: everything but what is absent, `false`, and the text "false" in any case. */
export function isTrue(value: Value): boolean {
  const one = single(value);
  return !isAbsent(one) && one !== false && !(typeof one === 'string' && one.toLowerCase() === 'false');
}
