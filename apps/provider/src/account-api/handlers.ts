import type { AccountOperationId } from '@sparekey/contracts';
import * as activity from './activity.ts';
import * as applications from './applications.ts';
import * as backupCodes from './backup-codes.ts';
import * as deletion from './deletion.ts';
import * as devices from './devices.ts';
import * as factors from './factors.ts';
import * as phone from './phone.ts';
import * as profile from './profile.ts';
import type { Handler } from './request.ts';
import * as sessions from './sessions.ts';

/** What answers each operation of the contract. */
export const handlers: { [K in AccountOperationId]: Handler<K> } = {
  ...profile,
  ...phone,
  ...factors,
  ...backupCodes,
  ...sessions,
  ...devices,
  ...deletion,
  ...activity,
  ...applications,
};
