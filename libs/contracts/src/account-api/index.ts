export * from './openapi.ts';
export type { Needs as AccountNeeds, Operation as AccountOperation } from './operation.ts';
export * from './operations.ts';
