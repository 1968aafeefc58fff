export * from './door.ts';
export * from './job.ts';
