import { refuse, ScimError } from '../error.ts';
import { isArray, isObject, type Json, own } from '../json.ts';

export const bulkRequestSchema = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';
export const bulkResponseSchema = 'urn:ietf:params:scim:api:messages:2.0:BulkResponse';

/** RFC 7644 §3.7.3: what is beyond is answered 413. */
export const bulkLimits = { maxOperations: 1000, maxPayloadSize: 1_048_576 } as const;

export interface BulkOperation {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly bulkId?: string;
  /** Below the base address: `/Users`, `/Users/{id}`; the id may be `bulkId:…`. */
  readonly path: string;
  readonly data?: Json;
  readonly version?: string;
}

export interface BulkRequest {
  /** How many operations may fail before the rest is left alone; without it all are tried. */
  readonly failOnErrors: number | undefined;
  readonly operations: readonly BulkOperation[];
}

function readOperation(raw: Json, at: number): BulkOperation {
  const where = `Operation ${at + 1}`;
  if (!isObject(raw)) refuse('invalidSyntax', `${where} has to be an object.`);
  const [method, bulkId, path, data, version] = ['method', 'bulkId', 'path', 'data', 'version'].map((name) =>
    own(raw, name),
  );
  const verb = typeof method === 'string' ? method.toUpperCase() : '';
  if (verb !== 'POST' && verb !== 'PUT' && verb !== 'PATCH' && verb !== 'DELETE') {
    refuse('invalidSyntax', `${where}: "method" is POST, PUT, PATCH or DELETE.`);
  }
  if (typeof path !== 'string' || !/^\/[^/?#]+(?:\/[^/?#]+)?$/.test(path)) {
    refuse('invalidPath', `${where}: "path" is like /Users or /Users/{id}.`);
  }
  const hasId = path.indexOf('/', 1) > 0;
  if (hasId === (verb === 'POST'))
    refuse('invalidPath', `${where}: ${verb} ${hasId ? 'takes no' : 'needs an'} id in "path".`);
  if (verb === 'POST' && (typeof bulkId !== 'string' || bulkId === '')) {
    refuse('invalidSyntax', `${where}: POST needs a "bulkId" (RFC 7644 section 3.7).`);
  }
  if (verb !== 'DELETE' && data === undefined) refuse('invalidSyntax', `${where}: ${verb} needs "data".`);
  if (version !== undefined && version !== null && typeof version !== 'string')
    refuse('invalidVers', `${where}: "version" has to be text.`);
  return {
    method: verb,
    path,
    ...(typeof bulkId === 'string' ? { bulkId } : {}),
    ...(data === undefined ? {} : { data }),
    ...(typeof version === 'string' ? { version } : {}),
  };
}

/** Errors: 413 for too many operations; `invalidSyntax`, `invalidPath`, `invalidValue` for the request as a whole. */
export function readBulk(body: Json): BulkRequest {
  if (!isObject(body)) refuse('invalidSyntax', 'The body has to be a JSON object.');
  const schemas = own(body, 'schemas');
  if (!isArray(schemas) || !schemas.includes(bulkRequestSchema))
    refuse('invalidSyntax', `"schemas" has to name ${bulkRequestSchema}.`);
  const failOnErrors = own(body, 'failOnErrors');
  if (
    failOnErrors !== undefined &&
    (typeof failOnErrors !== 'number' || !Number.isSafeInteger(failOnErrors) || failOnErrors < 1)
  ) {
    refuse('invalidValue', '"failOnErrors" has to be a whole number above 0.');
  }
  const operations = own(body, 'Operations');
  if (!isArray(operations)) refuse('invalidSyntax', '"Operations" has to be an array.');
  if (operations.length > bulkLimits.maxOperations) {
    throw new ScimError(
      413,
      'tooMany',
      `${operations.length} operations; ${bulkLimits.maxOperations} are allowed (RFC 7644 section 3.7.3).`,
    );
  }
  const read = operations.map(readOperation);
  const ids = read.flatMap((operation) => operation.bulkId ?? []);
  const twice = ids.find((id, at) => ids.indexOf(id) !== at);
  if (twice !== undefined) refuse('invalidValue', `The bulkId ${JSON.stringify(twice)} is there twice.`);
  return { failOnErrors: failOnErrors as number | undefined, operations: read };
}
