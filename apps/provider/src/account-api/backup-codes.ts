import type { Handler } from './request.ts';

export const getBackupCodes: Handler<'getBackupCodes'> = async ({ services, realm, person }) => {
  const { backupCodes } = services.storage.stores;
  const [active, pending] = await Promise.all([
    backupCodes.active(realm.realm.id, person.id),
    backupCodes.pending(realm.realm.id, person.id),
  ]);
  return {
    active: active && {
      count: active.count,
      left: active.left,
      createdAt: active.createdAt.toISOString(),
      expiresAt: active.expiresAt.toISOString(),
      expired: active.expiresAt <= new Date(),
      lastUsedAt: active.lastUsedAt?.toISOString(),
    },
    pending: pending && {
      count: pending.count,
      createdAt: pending.createdAt.toISOString(),
      expiresAt: pending.expiresAt.toISOString(),
    },
  };
};
