export * from './forecast.ts';
export * from './pass.ts';
export type { Passes } from './passes.ts';
export * from './ports.ts';
export * from './signals.ts';
