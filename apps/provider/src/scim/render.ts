import type { ScimMember, ScimRecord } from '@sparekey/provisioning';
import {
  type Json,
  type JsonObject,
  project,
  type ResourceType,
  type Selection,
  schemasOf,
  wants,
  weakTag,
} from '@sparekey/scim';
import { locationOf, type ScimCall } from './call.ts';

const membersPerRead = 1000;

/** The attribute of a type that is read as a relation: members of groups, groups of people. */
export function relationOf(type: ResourceType): 'members' | 'groups' | undefined {
  if (type.name === 'Group') return 'members';
  return type.name === 'User' ? 'groups' : undefined;
}

function memberDocument(call: ScimCall, member: ScimMember, isMember: boolean): JsonObject {
  const type = call.registry.byName(member.type);
  return {
    value: member.value,
    ...(type === undefined ? {} : { $ref: locationOf(call, type, member.value) }),
    display: member.display,
    type: isMember ? member.type : 'direct',
  };
}

/** A record as a resource, all but its members. */
export function resourceOf(
  call: ScimCall,
  type: ResourceType,
  record: ScimRecord,
  groups: readonly ScimMember[],
): JsonObject {
  const whole: Record<string, Json> = { ...record.data };
  if (record.externalId !== undefined) whole.externalId = record.externalId;
  if (groups.length > 0) whole.groups = groups.map((group) => memberDocument(call, group, false));
  return {
    schemas: schemasOf(type, record.data),
    id: record.id,
    ...whole,
    meta: {
      resourceType: type.name,
      created: record.createdAt.toISOString(),
      lastModified: record.modifiedAt.toISOString(),
      location: locationOf(call, type, record.id),
      version: weakTag(record.version),
    },
  };
}

/** Groups of all people of an answer in one read; none when they are not asked for. */
async function groupsOf(call: ScimCall, type: ResourceType, records: readonly ScimRecord[], choice: Selection) {
  if (type.name !== 'User' || records.length === 0 || !wants(type, choice, 'groups'))
    return new Map<string, ScimMember[]>();
  return call.services.storage.stores.scimMembers.groupsOf(
    call.reach,
    records.map(({ id }) => id),
  );
}

async function* memberTexts(
  call: ScimCall,
  type: ResourceType,
  groupId: string,
  choice: Selection,
): AsyncGenerator<string> {
  let after: string | undefined;
  let separator = '';
  do {
    const page = await call.services.storage.stores.scimMembers.page(call.reach, groupId, {
      ...(after === undefined ? {} : { after }),
      limit: membersPerRead,
    });
    const shown = project(type, { members: page.map((member) => memberDocument(call, member, true)) }, choice).members;
    const elements = Array.isArray(shown) ? (shown as readonly Json[]) : [];
    if (elements.length > 0) {
      yield separator + elements.map((element) => JSON.stringify(element)).join(',');
      separator = ',';
    }
    after = page.length === membersPerRead ? page.at(-1)?.value : undefined;
  } while (after !== undefined);
}

/** A resource as pieces of JSON: members are read and sent a thousand at a time, however many there are. */
async function* resourceTexts(
  call: ScimCall,
  type: ResourceType,
  record: ScimRecord,
  groups: readonly ScimMember[],
  choice: Selection,
): AsyncGenerator<string> {
  const text = JSON.stringify(project(type, resourceOf(call, type, record, groups), choice));
  if (type.name !== 'Group' || !wants(type, choice, 'members')) {
    yield text;
    return;
  }
  let opened = false;
  for await (const members of memberTexts(call, type, record.id, choice)) {
    yield opened ? members : `${text.slice(0, -1)}${text === '{}' ? '' : ','}"members":[${members}`;
    opened = true;
  }
  yield opened ? ']}' : text;
}

/** One resource as an answer's body. */
export async function* oneResource(call: ScimCall, type: ResourceType, record: ScimRecord, choice: Selection) {
  const groups = await groupsOf(call, type, [record], choice);
  yield* resourceTexts(call, type, record, groups.get(record.id) ?? [], choice);
}

/** Many resources as an array's text. */
export async function* manyResources(
  call: ScimCall,
  type: ResourceType,
  records: readonly ScimRecord[],
  choice: Selection,
) {
  const groups = await groupsOf(call, type, records, choice);
  let separator = '[';
  for (const record of records) {
    yield separator;
    yield* resourceTexts(call, type, record, groups.get(record.id) ?? [], choice);
    separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
}
