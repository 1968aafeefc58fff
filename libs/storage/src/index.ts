export * from './migrate.ts';
export * from './storage.ts';
