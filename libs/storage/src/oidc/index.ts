export * from './model.ts';
export * from './storage.ts';
