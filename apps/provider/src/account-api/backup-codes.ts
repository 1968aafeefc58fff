import { AppError } from '@sparekey/contracts';
import * as account from '../account/operations/index.ts';
import { heldSecondFactors } from '../authenticators/held.ts';
import { refused } from './problems.ts';
import type { Handler } from './request.ts';

export const getBackupCodes: Handler<'getBackupCodes'> = async (request) => {
  const { services, realm, person } = request;
  const [active, pending] = await Promise.all([
    account.backupCodesStanding(request),
    services.storage.stores.backupCodes.pending(realm.realm.id, person.id),
  ]);
  return {
    active: active && {
      ...active,
      createdAt: active.createdAt.toISOString(),
      expiresAt: active.expiresAt.toISOString(),
      lastUsedAt: active.lastUsedAt?.toISOString(),
      uses: active.uses.map(({ at, ...use }) => ({ ...use, at: at.toISOString() })),
    },
    pending: pending && {
      count: pending.count,
      createdAt: pending.createdAt.toISOString(),
      expiresAt: pending.expiresAt.toISOString(),
    },
  };
};

export const generateBackupCodes: Handler<'generateBackupCodes'> = async (request) => {
  const { services, realm, person, policy } = request;
  const held = await heldSecondFactors(services, services.storage.stores, realm.realm.id, person.id);
  if (held.length === 0) {
    const publicMessage = 'Backup codes stand in for a second factor: set one up first.';
    throw new AppError('conflict', 'no second factor that codes could stand in for', { publicMessage });
  }
  const { codes, createdAt, expiresAt, replaces } = await account.generateBackupCodes(request);
  return {
    codes,
    numbered: policy.backupCodes.selection === 'numbered',
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    replaces,
  };
};

export const confirmBackupCodes: Handler<'confirmBackupCodes'> = async (request) => {
  const outcome = await account.confirmBackupCodes(request, request.body.code);
  if (outcome === 'malformed') throw refused({ kind: 'malformed_backup_code' });
  if (outcome === 'wrong') throw refused({ kind: 'wrong_confirm_code' });
  if (outcome === 'stale') throw new AppError('conflict', 'the set is no longer the pending one');
  return undefined;
};
