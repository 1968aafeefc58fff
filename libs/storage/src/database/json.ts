/**
 * JSON for a jsonb parameter. Lone surrogates, which PostgreSQL refuses, become U+FFFD; U+0000 stays and is refused there
 * (`validation_failed`): text with it is an attack or a bug, not a name.
 */
export function json(value: unknown): string {
  return JSON.stringify(value, (_key, inner) => (typeof inner === 'string' ? inner.toWellFormed() : inner));
}

type Present<R> = { [K in keyof R as null extends R[K] ? never : K]: R[K] } & {
  [K in keyof R as null extends R[K] ? K : never]?: NonNullable<R[K]>;
};

/** The row without its nulls: what is absent in the database is absent in the model. */
export function present<R extends object>(row: R): Present<R> {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as Present<R>;
}

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether the text is a uuid as we write them; PostgreSQL would also take braces, capitals, or refuse the statement. */
export function isUuid(text: string): boolean {
  return uuidPattern.test(text);
}
