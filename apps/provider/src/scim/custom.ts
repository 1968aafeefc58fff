import { randomBytes } from 'node:crypto';
import { uuidV7 } from '@sparekey/contracts';
import { differences, tell } from '@sparekey/realms';
import type { Keeper } from './keeper.ts';

/** Resources of types that an administrator defined; they live here alone. */
export const custom: Keeper = {
  async create(call, stores, type, wanted) {
    const id = uuidV7(new Date(), randomBytes(10));
    await stores.scimResources.insert(call.reach, type, { ...wanted, id });
    await tell(call, stores, { type: 'scim.resource_created', resourceType: type, id });
    return id;
  },
  async change(call, stores, type, record, wanted) {
    await stores.scimResources.update(call.reach, type, { ...wanted, id: record.id });
    await tell(call, stores, {
      type: 'scim.resource_changed',
      resourceType: type,
      id: record.id,
      fields: differences(type, record.data, wanted.data),
    });
  },
  async remove(call, stores, type, record) {
    await tell(call, stores, { type: 'scim.resource_deleted', resourceType: type, id: record.id });
    await stores.scimResources.remove(call.reach, type, record.id);
  },
};
