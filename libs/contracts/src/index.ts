export * from './errors.ts';
export * from './ids.ts';
export * from './realm-file/index.ts';
