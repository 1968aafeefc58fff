import type { AccountOperationId } from '@sparekey/contracts';
import { getBackupCodes } from './backup-codes.ts';
import { forgetTrustedDevice, listTrustedDevices } from './devices.ts';
import { listFactors } from './factors.ts';
import { getProfile } from './profile.ts';
import type { Handler } from './request.ts';
import { endOtherSessions, endSession, listSessions } from './sessions.ts';

/** What answers each operation of the contract. */
export const handlers: { [K in AccountOperationId]: Handler<K> } = {
  getProfile,
  listFactors,
  getBackupCodes,
  listSessions,
  endOtherSessions,
  endSession,
  listTrustedDevices,
  forgetTrustedDevice,
};
