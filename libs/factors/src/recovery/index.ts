export * from './pass.ts';
export * from './ports.ts';
export * from './signals.ts';
