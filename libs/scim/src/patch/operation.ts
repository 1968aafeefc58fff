import { refuse } from '../error.ts';
import type { TargetNode } from '../filter/ast.ts';
import { parseTarget } from '../filter/parser.ts';
import { isArray, isObject, type Json, own } from '../json.ts';

export const patchSchema = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** More operations than this in one PATCH are refused with 413 by the server; every one costs a pass over the resource. */
export const patchLimit = 1000;

export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  /** As it was written, for messages. */
  readonly path?: string;
  readonly value?: Json;
}

/** The member of an object under a name in any case: `Operations`, `operations`. */
function member(object: { readonly [key: string]: Json }, name: string): Json | undefined {
  const key = Object.keys(object).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  return key === undefined ? undefined : own(object, key);
}

function readOperation(raw: Json, at: number): PatchOperation {
  const where = `Operation ${at + 1}`;
  if (!isObject(raw)) refuse('invalidSyntax', `${where} has to be an object.`);
  const op = member(raw, 'op');
  const name = typeof op === 'string' ? op.toLowerCase() : '';
  if (name !== 'add' && name !== 'replace' && name !== 'remove') {
    refuse('invalidSyntax', `${where}: "op" is add, replace or remove.`);
  }
  const path = member(raw, 'path');
  const value = member(raw, 'value');
  if (path !== undefined && path !== null && typeof path !== 'string') {
    refuse('invalidPath', `${where}: "path" has to be text.`);
  }
  if (name === 'remove' && (path ?? '') === '')
    refuse('noTarget', `${where}: remove needs a "path" (RFC 7644 section 3.5.2.2).`);
  if (name !== 'remove' && value === undefined) refuse('invalidValue', `${where}: ${name} needs a "value".`);
  return {
    op: name,
    ...(typeof path === 'string' && path !== '' ? { path } : {}),
    ...(value === undefined ? {} : { value }),
  };
}

/**
 * The operations of a PATCH body (RFC 7644 §3.5.2); `op` in any case, as the RFC's own examples and Entra ID have it.
 * Errors: `invalidSyntax`, `invalidPath`, `invalidValue`, `noTarget`, each with the number of the operation.
 */
export function readPatch(body: Json): readonly PatchOperation[] {
  if (!isObject(body)) refuse('invalidSyntax', 'The body has to be a JSON object.');
  const schemas = member(body, 'schemas');
  if (!isArray(schemas) || !schemas.some((urn) => String(urn).toLowerCase() === patchSchema.toLowerCase())) {
    refuse('invalidSyntax', `"schemas" has to name ${patchSchema}.`);
  }
  const operations = member(body, 'Operations');
  if (!isArray(operations) || operations.length === 0)
    refuse('invalidSyntax', '"Operations" has to be an array that is not empty.');
  return operations.map(readOperation);
}

export function targetOf(operation: PatchOperation): TargetNode | undefined {
  return operation.path === undefined ? undefined : parseTarget(operation.path);
}
