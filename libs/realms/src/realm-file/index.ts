export * from './export.ts';
export * from './import.ts';
export { type KeyNotes, keycloakKeyNotes } from './keycloak-keys.ts';
export * from './ports.ts';
export { type RealmFileReading, readRealmFile } from './read.ts';
export * from './report.ts';
