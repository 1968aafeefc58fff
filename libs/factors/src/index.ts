export * from './factor.ts';
export * from './ports.ts';
