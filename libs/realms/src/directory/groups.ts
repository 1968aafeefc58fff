import { AppError, type GroupId } from '@sparekey/contracts';
import type { ScimRecord } from '@sparekey/provisioning';
import { isObject, type Json, own, type RelationChange, type ResourceType, refuse, ScimError } from '@sparekey/scim';
import { differences } from './differences.ts';
import { tell } from './told.ts';
import type { DirectoryStores, DirectoryWriter, Wanted } from './writer.ts';

function nameOf({ data }: Wanted): string {
  const name = own(data, 'displayName');
  if (typeof name !== 'string' || name.trim() === '')
    refuse('invalidValue', '"displayName" has to have something in it.');
  return name;
}

async function naming<T>(name: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'conflict') throw error;
    throw new ScimError(409, 'uniqueness', `There is a group ${JSON.stringify(name)} in this realm already.`);
  }
}

function idOf(element: Json): string {
  const value = isObject(element) ? own(element, 'value') : undefined;
  return typeof value === 'string'
    ? value
    : refuse('invalidValue', 'A member needs a "value", the id of a person or a group.');
}

async function apply(
  writer: DirectoryWriter,
  stores: DirectoryStores,
  groupId: string,
  change: RelationChange,
): Promise<void> {
  const { scimMembers } = stores;
  if (change.kind === 'removeWhere') return scimMembers.removeWhere(writer.reach, groupId, change.filter);
  const ids = change.elements.map(idOf);
  if (change.kind === 'remove') return scimMembers.remove(writer.reach, groupId, ids);
  const unknown =
    change.kind === 'add'
      ? await scimMembers.add(writer.reach, groupId, ids)
      : await scimMembers.replace(writer.reach, groupId, ids);
  if (unknown !== undefined)
    refuse('invalidValue', `There is no person and no group ${JSON.stringify(unknown.slice(0, 100))} to be a member.`);
  if (ids.includes(groupId)) refuse('invalidValue', 'A group cannot be a member of itself.');
}

/**
 * A group that a directory brings, owned by its connection. Its members are a relation: none is read to add or remove
 * another. Call it in a transaction. Errors: ScimError, 409 when the name is taken, 400 for members that are not there.
 */
export async function createGroup(
  writer: DirectoryWriter,
  stores: DirectoryStores,
  type: ResourceType,
  wanted: Wanted,
): Promise<string> {
  const name = nameOf(wanted);
  const { realmId } = writer.reach;
  const group = await naming(name, () => stores.groups.create({ realmId, name, attributes: {}, roles: [] }));
  await stores.scimResources.insert(writer.reach, type, { ...wanted, id: group.id });
  for (const change of wanted.changes) await apply(writer, stores, group.id, change);
  await tell(writer, stores, { type: 'scim.resource_created', resourceType: type, id: group.id });
  return group.id;
}

/** Makes a group what its directory says, which owns it from then on. `record` is locked. Errors: as `createGroup`. */
export async function changeGroup(
  writer: DirectoryWriter,
  stores: DirectoryStores,
  type: ResourceType,
  record: ScimRecord,
  wanted: Wanted,
): Promise<void> {
  const name = nameOf(wanted);
  const fields = differences(type, record.data, wanted.data);
  if (fields.length > 0 || wanted.externalId !== record.externalId || !record.isOwned) {
    await stores.scimResources.update(writer.reach, type, { ...wanted, id: record.id });
  }
  if (own(record.data, 'displayName') !== name) {
    await naming(name, () => stores.groups.rename(writer.reach.realmId, record.id as GroupId, name));
  }
  for (const change of wanted.changes) await apply(writer, stores, record.id, change);
  const after = await stores.scimResources.find(writer.reach, type, record.id);
  if (after?.version === record.version) return;
  await tell(writer, stores, {
    type: 'scim.resource_changed',
    resourceType: type,
    id: record.id,
    fields: [...fields, ...(wanted.changes.length > 0 ? ['members'] : [])],
  });
}
