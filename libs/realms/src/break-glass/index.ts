export * from './close.ts';
export * from './generate.ts';
export * from './open.ts';
export type * from './ports.ts';
