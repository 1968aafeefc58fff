export * from './exchange.ts';
export * from './job.ts';
export * from './worker-parts.ts';
