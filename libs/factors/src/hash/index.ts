export {
  type Argon2Parameters,
  createHashEngine,
  DEFAULT_ARGON2,
  type HashEngine,
  type HashEngineOptions,
  type HashStats,
  hashConcurrency,
} from './engine.ts';
export { type KeycloakPassword, keycloakFromPhc, phcFromKeycloak } from './keycloak.ts';
export { parsePhc, UnsupportedHashError } from './phc.ts';
