import {
  type BulkOperation,
  type BulkStep,
  bulkResponseSchema,
  type Json,
  type JsonObject,
  patchSchema,
  planBulk,
  type ResourceType,
  readBulk,
  resolveReferences,
  ScimError,
} from '@sparekey/scim';
import { locationOf, type ScimAnswer, type ScimCall } from './call.ts';
import { toScimError } from './problem.ts';
import { createOne, patchOne, removeOne, replaceOne } from './write.ts';

interface Done {
  readonly method: string;
  readonly bulkId?: string;
  readonly location?: string;
  readonly version?: string;
  readonly status: string;
  readonly response?: object;
}

function typeOf(call: ScimCall, path: string): { type: ResourceType; id: string } {
  const [, endpoint = '', id = ''] = path.split('/');
  const type = call.registry.byEndpoint(endpoint);
  if (type === undefined) throw new ScimError(404, undefined, `There is nothing at ${JSON.stringify(`/${endpoint}`)}.`);
  return { type, id };
}

function perform(call: ScimCall, { method, data = null, version = '' }: BulkOperation, type: ResourceType, id: string) {
  switch (method) {
    case 'POST':
      return createOne(call, type, data, {});
    case 'PUT':
      return replaceOne(call, type, id, data, {}, version);
    case 'PATCH':
      return patchOne(call, type, id, data, {}, version);
    case 'DELETE':
      return removeOne(call, type, id, version);
  }
}

/** What a circle of references left out when the resource was made; returns its version then. */
async function complete(
  call: ScimCall,
  step: BulkStep,
  type: ResourceType,
  id: string,
  ids: ReadonlyMap<string, string>,
) {
  const operations = step.deferred.map(({ attribute, value }) => ({
    op: 'add',
    path: attribute,
    value: resolveReferences(value, ids),
  }));
  const answer = await patchOne(call, type, id, { schemas: [patchSchema], Operations: operations }, {}, '');
  return answer.headers?.ETag;
}

/**
 * POST /Bulk (RFC 7644 §3.7): each operation in a transaction of its own, in an order in which references can be resolved;
 * answers in the order of the request. What refers to an operation that failed fails with it (409, as §3.7.1 has it).
 */
export async function bulk(call: ScimCall, body: Json): Promise<ScimAnswer> {
  const request = readBulk(body);
  const steps = planBulk(request.operations);
  const ids = new Map<string, string>();
  const answers = new Map<number, Done>();
  const waiting: { step: BulkStep; type: ResourceType; id: string }[] = [];
  let errors = 0;
  const fail = (index: number, told: Omit<Done, 'status' | 'response'>, thrown: unknown) => {
    const problem = toScimError(thrown);
    if (problem.status >= 500) call.log.error({ err: thrown }, 'scim bulk operation failed');
    answers.set(index, { ...told, status: String(problem.status), response: problem.body() });
    errors += 1;
  };
  for (const step of steps) {
    if (request.failOnErrors !== undefined && errors >= request.failOnErrors) break;
    const { operation, index } = step;
    const told = { method: operation.method, ...(operation.bulkId === undefined ? {} : { bulkId: operation.bulkId }) };
    try {
      const path = operation.path.replace(/bulkId:.+$/, (reference) => String(resolveReferences(reference, ids)));
      const { type, id } = typeOf(call, path);
      const data = operation.data === undefined ? undefined : resolveReferences(operation.data, ids);
      if (JSON.stringify(data ?? null).includes('"bulkId:') || path.includes('bulkId:')) {
        throw new ScimError(409, undefined, 'It refers to an operation that failed.');
      }
      const answer = await perform(call, data === undefined ? operation : { ...operation, data }, type, id);
      const location = answer.headers?.['Content-Location'] ?? locationOf(call, type, id);
      const made = location.slice(location.lastIndexOf('/') + 1);
      if (operation.bulkId !== undefined) ids.set(operation.bulkId, made);
      if (step.deferred.length > 0) waiting.push({ step, type, id: made });
      const version = answer.headers?.ETag;
      answers.set(index, {
        ...told,
        location,
        ...(version === undefined ? {} : { version }),
        status: String(answer.status),
      });
    } catch (thrown) {
      fail(index, told, thrown);
    }
  }
  for (const { step, type, id } of waiting) {
    const made = answers.get(step.index);
    try {
      const version = await complete(call, step, type, id, ids);
      if (made !== undefined && version !== undefined) answers.set(step.index, { ...made, version });
    } catch (thrown) {
      const { method, bulkId } = step.operation;
      const location = locationOf(call, type, id);
      fail(step.index, { method, ...(bulkId === undefined ? {} : { bulkId }), location }, thrown);
    }
  }
  const inOrder = [...answers].sort(([a], [b]) => a - b).map(([, done]) => done);
  const answer: JsonObject = { schemas: [bulkResponseSchema], Operations: inOrder as unknown as Json };
  return { status: 200, body: answer };
}
