export * from './migrate.ts';
export * from './oidc/index.ts';
export * from './storage.ts';
