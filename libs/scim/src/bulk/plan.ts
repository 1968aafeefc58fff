import { refuse } from '../error.ts';
import { isArray, isObject, type Json, type JsonObject } from '../json.ts';
import type { BulkOperation } from './request.ts';

const reference = /^bulkId:(.+)$/;

/** The bulkIds that a value refers to (RFC 7644 §3.7.2). */
export function referencesOf(value: Json | undefined): ReadonlySet<string> {
  const found = new Set<string>();
  const look = (part: Json | undefined): void => {
    if (typeof part === 'string') {
      const id = reference.exec(part)?.[1];
      if (id !== undefined) found.add(id);
    } else if (isArray(part)) part.forEach(look);
    else if (isObject(part)) Object.values(part).forEach(look);
  };
  look(value);
  return found;
}

/** The value with every reference in `ids` replaced by the id that it stands for. */
export function resolveReferences(value: Json, ids: ReadonlyMap<string, string>): Json {
  if (typeof value === 'string') return ids.get(reference.exec(value)?.[1] ?? '') ?? value;
  if (isArray(value)) return value.map((part) => resolveReferences(part, ids));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, resolveReferences(part, ids)]));
}

export interface BulkStep {
  /** Its place in the request, by which it is answered. */
  readonly index: number;
  /** Values of `data` that refer to what is not there yet when this step runs: attribute by attribute, added afterwards. */
  readonly deferred: readonly { readonly attribute: string; readonly value: Json }[];
  readonly operation: BulkOperation;
}

/** `data` without the values that refer to one of `missing`, and those values. */
function parted(data: JsonObject, missing: ReadonlySet<string>): Pick<BulkStep, 'deferred'> & { data: JsonObject } {
  const waits = (value: Json) => [...referencesOf(value)].some((id) => missing.has(id));
  const kept: [string, Json][] = [];
  const deferred: { attribute: string; value: Json }[] = [];
  for (const [attribute, value] of Object.entries(data)) {
    if (!waits(value)) kept.push([attribute, value]);
    else if (!isArray(value)) deferred.push({ attribute, value });
    else {
      kept.push([attribute, value.filter((element) => !waits(element))]);
      deferred.push({ attribute, value: value.filter(waits) });
    }
  }
  return { data: Object.fromEntries(kept), deferred };
}

/**
 * The order in which a bulk request can run: what is referred to before what refers to it, otherwise as sent. Where
 * references go round in a circle (RFC 7644 §3.7.1), the first of the circle is made without them and gets them when all are
 * there. Errors: `invalidValue` for a reference to nothing in the request.
 */
export function planBulk(operations: readonly BulkOperation[]): readonly BulkStep[] {
  const makers = new Map(
    operations.flatMap(({ bulkId, method }, index) =>
      bulkId !== undefined && method === 'POST' ? [[bulkId, index] as const] : [],
    ),
  );
  const needs = operations.map(({ data, path }, index) => {
    const ids = [...referencesOf(data), ...referencesOf(path.split('/')[2])];
    return ids.map((id) => {
      const maker = makers.get(id);
      if (maker === undefined)
        refuse('invalidValue', `Operation ${index + 1} refers to bulkId:${id}, which nothing in the request makes.`);
      return { id, maker };
    });
  });
  const steps: BulkStep[] = [];
  const state = new Map<number, 'begun' | 'done'>();
  // An explicit stack: a chain of a thousand references must not cost a thousand frames.
  for (const start of operations.keys()) {
    const stack = [start];
    for (let index = stack.at(-1); index !== undefined; index = stack.at(-1)) {
      const operation = operations[index];
      const open =
        state.get(index) === undefined
          ? (needs[index] ?? []).filter(({ maker }) => !state.has(maker) && maker !== index)
          : [];
      if (state.get(index) === undefined) state.set(index, 'begun');
      if (open.length > 0) {
        stack.push(...open.map(({ maker }) => maker).reverse());
        continue;
      }
      stack.pop();
      if (state.get(index) === 'done' || operation === undefined) continue;
      const missing = new Set(
        (needs[index] ?? []).filter(({ maker }) => state.get(maker) !== 'done').map(({ id }) => id),
      );
      state.set(index, 'done');
      const { data } = operation;
      if (missing.size === 0 || !isObject(data)) steps.push({ index, operation, deferred: [] });
      else {
        const { data: kept, deferred } = parted(data, missing);
        steps.push({ index, operation: { ...operation, data: kept }, deferred });
      }
    }
  }
  return steps;
}
