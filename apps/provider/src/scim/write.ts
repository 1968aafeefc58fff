import type { ScimRecord } from '@sparekey/provisioning';
import {
  applyPatch,
  checkRequired,
  isArray,
  type Json,
  type JsonObject,
  namesTag,
  normalisePatch,
  normaliseResource,
  own,
  patchLimit,
  type RelationChange,
  type ResourceType,
  readPatch,
  readResource,
  replaceResource,
  ScimError,
  sameJson,
  splitRelation,
  weakTag,
} from '@sparekey/scim';
import type { Stores } from '@sparekey/storage';
import { locationOf, type ScimAnswer, type ScimCall } from './call.ts';
import { custom } from './custom.ts';
import { groups } from './groups.ts';
import type { Keeper, Wanted } from './keeper.ts';
import { people } from './people.ts';
import { forbidden, notThere } from './problem.ts';
import { type Asked, choiceOf } from './query.ts';
import { oneResource } from './render.ts';

function keeperOf(type: ResourceType): Keeper {
  if (type.name === 'User') return people;
  return type.name === 'Group' ? groups : custom;
}

/** What a client wrote, parted into the document, the external id, the relation and the password. */
function parted(resource: JsonObject): Wanted & { members: readonly Json[] | undefined } {
  const { id: _id, meta: _meta, schemas: _schemas, externalId, password, members, ...data } = resource;
  return {
    data,
    changes: [],
    members: isArray(members) ? members : undefined,
    ...(typeof externalId === 'string' ? { externalId } : {}),
    ...(typeof password === 'string' ? { password } : {}),
  };
}

function answered(call: ScimCall, type: ResourceType, record: ScimRecord, status: number, asked: Asked): ScimAnswer {
  const location = locationOf(call, type, record.id);
  return {
    status,
    headers: {
      ETag: weakTag(record.version),
      'Content-Location': location,
      ...(status === 201 ? { Location: location } : {}),
    },
    body: oneResource(call, type, record, choiceOf(type, asked)),
  };
}

function requireWrite(call: ScimCall): void {
  if (!call.mayWrite) forbidden('The scope scim.write is needed.');
}

/** POST (RFC 7644 §3.3). */
export async function createOne(call: ScimCall, type: ResourceType, body: Json, asked: Asked): Promise<ScimAnswer> {
  requireWrite(call);
  choiceOf(type, asked);
  const resource = readResource(type, normaliseResource(type, body, call.tolerances));
  checkRequired(type, resource);
  const { members = [], ...wanted } = parted(resource);
  const changes: RelationChange[] = members.length === 0 ? [] : [{ kind: 'add', elements: members }];
  const record = await call.services.storage.transaction(async (stores) => {
    const id = await keeperOf(type).create(call, stores, type, { ...wanted, changes });
    return stores.scimResources.find(call.reach, type, id);
  });
  if (record === undefined) throw new ScimError(403, undefined, 'It was made, but is out of reach of this connection.');
  return answered(call, type, record, 201, asked);
}

/** The record, locked for a change that this connection may make. Errors: 404, 403, 412. */
async function locked(
  call: ScimCall,
  stores: Stores,
  type: ResourceType,
  id: string,
  ifMatch: string,
): Promise<ScimRecord> {
  const record = await stores.scimResources.lock(call.reach, type, id);
  if (record === undefined) notThere(id);
  if (ifMatch !== '' && !namesTag(ifMatch, weakTag(record.version))) {
    throw new ScimError(412, undefined, `The resource is at version ${weakTag(record.version)} now.`);
  }
  if (!record.isOwned && call.connection.settings.adopt !== 'unowned') {
    forbidden('No directory owns this resource, and the connection may not adopt it.');
  }
  return record;
}

function currentOf(record: ScimRecord): JsonObject {
  return {
    id: record.id,
    ...record.data,
    ...(record.externalId === undefined ? {} : { externalId: record.externalId }),
  };
}

type Change = (current: JsonObject) => Wanted;

/** A person whose `active` is left out, removed or null stays as they are: only the word `true` lets anybody in again. */
function staysActive(type: ResourceType, current: JsonObject, wanted: Wanted): Wanted {
  const isSilent = type.name === 'User' && own(wanted.data, 'active') === undefined;
  return isSilent ? { ...wanted, data: { ...wanted.data, active: own(current, 'active') ?? true } } : wanted;
}

async function change(
  call: ScimCall,
  type: ResourceType,
  id: string,
  ifMatch: string,
  how: Change,
  { whole = false } = {},
): Promise<ScimRecord> {
  requireWrite(call);
  return call.services.storage.transaction(async (stores) => {
    const record = await locked(call, stores, type, id, ifMatch);
    const current = currentOf(record);
    const wanted = staysActive(type, current, how(current));
    const isSame =
      sameJson(wanted.data, record.data) &&
      wanted.externalId === record.externalId &&
      wanted.changes.length === 0 &&
      wanted.password === undefined;
    // What is already so is not written: its version and its time stay (RFC 7644 §3.5.2.1).
    if (!isSame && whole) await stores.scimResources.replacing();
    if (!isSame) await keeperOf(type).change(call, stores, type, record, wanted);
    return (await stores.scimResources.find(call.reach, type, id)) ?? notThere(id);
  });
}

/** PUT (RFC 7644 §3.5.1). */
export async function replaceOne(
  call: ScimCall,
  type: ResourceType,
  id: string,
  body: Json,
  asked: Asked,
  ifMatch: string,
): Promise<ScimAnswer> {
  choiceOf(type, asked);
  const sent = readResource(type, normaliseResource(type, body, call.tolerances));
  const record = await change(
    call,
    type,
    id,
    ifMatch,
    (current) => {
      const { members = [], ...wanted } = parted(replaceResource(type, current, sent));
      return { ...wanted, changes: type.name === 'Group' ? [{ kind: 'replace', elements: members }] : [] };
    },
    { whole: true },
  );
  return answered(call, type, record, 200, asked);
}

/** PATCH (RFC 7644 §3.5.2). A group's answer has no body unless attributes are asked for: it may be large. */
export async function patchOne(
  call: ScimCall,
  type: ResourceType,
  id: string,
  body: Json,
  asked: Asked,
  ifMatch: string,
): Promise<ScimAnswer> {
  choiceOf(type, asked);
  const operations = readPatch(normalisePatch(type, body, call.tolerances));
  if (operations.length > patchLimit) {
    throw new ScimError(413, 'tooMany', `${operations.length} operations; ${patchLimit} are allowed.`);
  }
  const options = { createUnmatched: call.tolerances.createUnmatched, quotedBooleans: call.tolerances.quotedBooleans };
  const record = await change(call, type, id, ifMatch, (current) => {
    if (type.name !== 'Group') {
      const { members: _members, ...wanted } = parted(applyPatch(type, current, operations, options));
      return wanted;
    }
    const split = splitRelation(type, 'members', operations, id, options);
    const { members: _members, ...wanted } = parted(applyPatch(type, current, split.operations, options));
    return { ...wanted, changes: split.changes };
  });
  const answer = answered(call, type, record, 200, asked);
  const isAsked = (asked.attributes ?? '') !== '' || (asked.excludedAttributes ?? '') !== '';
  return type.name === 'Group' && !isAsked
    ? { status: 204, ...(answer.headers && { headers: answer.headers }) }
    : answer;
}

/** DELETE (RFC 7644 §3.6): the person is erased, a tombstone stays. */
export async function removeOne(call: ScimCall, type: ResourceType, id: string, ifMatch: string): Promise<ScimAnswer> {
  requireWrite(call);
  await call.services.storage.transaction(async (stores) => {
    const record = await locked(call, stores, type, id, ifMatch);
    await keeperOf(type).remove(call, stores, type, record);
  });
  return { status: 204 };
}
