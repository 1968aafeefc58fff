import { type AccountOperation, AppError } from '@sparekey/contracts';
import { readJson } from '@sparekey/http';
import type { Context } from 'koa';

type Schema = NonNullable<AccountOperation['body']>;
type Issue = NonNullable<ReturnType<Schema['safeParse']>['error']>['issues'][number];

/** Names what is wrong without repeating a value: it may be a secret. */
function inWords({ code, path, message, ...issue }: Issue): string {
  if (code === 'unrecognized_keys') return `not known here: ${(issue as { keys: string[] }).keys.join(', ')}`;
  return `${path.join('.')}: ${message}`;
}

function read(schema: Schema | undefined, value: Record<string, unknown>): unknown {
  if (schema === undefined) return refuseKeys(Object.keys(value));
  const { data, error } = schema.strict().safeParse(value);
  if (error === undefined) return data;
  throw new AppError('validation_failed', 'the input does not fit its schema', {
    publicMessage: error.issues.map(inWords).join('; '),
  });
}

function refuseKeys(keys: readonly string[]): undefined {
  if (keys.length === 0) return undefined;
  throw new AppError('validation_failed', 'input where none is taken', {
    publicMessage: `not known here: ${keys.join(', ')}`,
  });
}

/**
 * Query and body as the operation's schemas read them. Errors: `validation_failed` naming each key that is unknown,
 * missing or not allowed, and those of `readJson`.
 */
export async function readInput(ctx: Context, { query, body }: Pick<AccountOperation, 'query' | 'body'>) {
  return {
    query: read(query, { ...ctx.query }),
    body: body === undefined ? undefined : read(body, await readJson(ctx)),
  };
}
