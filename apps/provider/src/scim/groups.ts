import type { GroupId } from '@sparekey/contracts';
import { changeGroup, createGroup, tell } from '@sparekey/realms';
import type { Keeper } from './keeper.ts';

/** Groups, by the door that every directory writes them through. */
export const groups: Keeper = {
  create: createGroup,
  change: changeGroup,
  async remove(call, stores, type, record) {
    await tell(call, stores, { type: 'scim.resource_deleted', resourceType: type, id: record.id });
    await stores.groups.remove(call.reach.realmId, record.id as GroupId);
  },
};
