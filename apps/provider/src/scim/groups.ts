import { AppError, type GroupId } from '@sparekey/contracts';
import { isObject, type Json, own, type RelationChange, refuse, ScimError } from '@sparekey/scim';
import type { Stores } from '@sparekey/storage';
import type { ScimCall } from './call.ts';
import { differences } from './differences.ts';
import type { Keeper, Wanted } from './keeper.ts';
import { tell } from './told.ts';

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

async function apply(call: ScimCall, stores: Stores, groupId: string, change: RelationChange): Promise<void> {
  const { scimMembers } = stores;
  if (change.kind === 'removeWhere') return scimMembers.removeWhere(call.reach, groupId, change.filter);
  const ids = change.elements.map(idOf);
  if (change.kind === 'remove') return scimMembers.remove(call.reach, groupId, ids);
  const unknown =
    change.kind === 'add'
      ? await scimMembers.add(call.reach, groupId, ids)
      : await scimMembers.replace(call.reach, groupId, ids);
  if (unknown !== undefined)
    refuse('invalidValue', `There is no person and no group ${JSON.stringify(unknown.slice(0, 100))} to be a member.`);
  if (ids.includes(groupId)) refuse('invalidValue', 'A group cannot be a member of itself.');
}

/** Groups, whose members are a relation: none is read to add or remove another. */
export const groups: Keeper = {
  async create(call, stores, type, wanted) {
    const name = nameOf(wanted);
    const { realmId } = call.reach;
    const group = await naming(name, () => stores.groups.create({ realmId, name, attributes: {}, roles: [] }));
    await stores.scimResources.insert(call.reach, type, { ...wanted, id: group.id });
    for (const change of wanted.changes) await apply(call, stores, group.id, change);
    await tell(call, stores, { type: 'scim.resource_created', resourceType: type, id: group.id });
    return group.id;
  },

  async change(call, stores, type, record, wanted) {
    const name = nameOf(wanted);
    const fields = differences(type, record.data, wanted.data);
    if (fields.length > 0 || wanted.externalId !== record.externalId || !record.isOwned) {
      await stores.scimResources.update(call.reach, type, { ...wanted, id: record.id });
    }
    if (own(record.data, 'displayName') !== name) {
      await naming(name, () => stores.groups.rename(call.reach.realmId, record.id as GroupId, name));
    }
    for (const change of wanted.changes) await apply(call, stores, record.id, change);
    const after = await stores.scimResources.find(call.reach, type, record.id);
    if (after?.version === record.version) return;
    await tell(call, stores, {
      type: 'scim.resource_changed',
      resourceType: type,
      id: record.id,
      fields: [...fields, ...(wanted.changes.length > 0 ? ['members'] : [])],
    });
  },

  async remove(call, stores, type, record) {
    await tell(call, stores, { type: 'scim.resource_deleted', resourceType: type, id: record.id });
    await stores.groups.remove(call.reach.realmId, record.id as GroupId);
  },
};
