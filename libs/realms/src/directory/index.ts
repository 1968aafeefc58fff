export { accountOf } from './account-of.ts';
export * from './differences.ts';
export * from './groups.ts';
export * from './people.ts';
export * from './reach.ts';
export * from './told.ts';
export * from './writer.ts';
