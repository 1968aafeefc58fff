import type { ScimRecord } from '@sparekey/provisioning';
import type { Wanted as DirectoryWanted } from '@sparekey/realms';
import type { ResourceType } from '@sparekey/scim';
import type { Stores } from '@sparekey/storage';
import type { ScimCall } from './call.ts';

/** A resource as a client may write it. */
export interface Wanted extends DirectoryWanted {
  /** A new password, which is nowhere kept as such. */
  readonly password?: string;
}

/** How resources of a type come, change and go, in the transaction of the caller. */
export interface Keeper {
  /** Returns the id. Errors: `conflict` naming what is taken. */
  create(call: ScimCall, stores: Stores, type: ResourceType, wanted: Wanted): Promise<string>;
  /** Called only when something differs. */
  change(call: ScimCall, stores: Stores, type: ResourceType, record: ScimRecord, wanted: Wanted): Promise<void>;
  remove(call: ScimCall, stores: Stores, type: ResourceType, record: ScimRecord): Promise<void>;
}
