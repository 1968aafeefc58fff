export * from './model.ts';
export { openOidcStorage } from './open.ts';
export * from './storage.ts';
