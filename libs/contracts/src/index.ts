export * from './account-api/index.ts';
export * from './errors.ts';
export * from './ids.ts';
export * from './realm-file/index.ts';
