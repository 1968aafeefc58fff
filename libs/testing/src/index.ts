export * from './accessibility.ts';
export * from './browser.ts';
export * from './database.ts';
export * from './mailbox.ts';
export * from './process.ts';
export * from './race.ts';
export * as scimPeople from './scim-people.ts';
export {
  encodeCbor,
  type Lies,
  type SoftAlgorithm,
  SoftAuthenticator,
  type SoftOptions,
} from './soft-authenticator.ts';
export * from './test-postgres.ts';
export * from './time.ts';
