export * from './database/queryable.ts';
export * from './keyring/keyring.ts';
export * from './migrate.ts';
export * from './open.ts';
export * from './repositories/audit-reader.ts';
export * from './repositories/housekeeping.ts';
export * from './repositories/outbox-queue.ts';
export * from './storage.ts';
