export * from './ports.ts';
export * from './signals.ts';
