/** Identifiers are UUID v7 strings, branded by kind so that one can never stand where another is meant. */
type Brand<K extends string> = string & { readonly __kind: K };

export type RealmId = Brand<'realm'>;
export type ClientUuid = Brand<'client'>;
export type UserId = Brand<'user'>;
export type RoleId = Brand<'role'>;
export type GroupId = Brand<'group'>;
export type OrganizationId = Brand<'organization'>;
export type AuthenticatorId = Brand<'authenticator'>;
export type BackupCodeSetId = Brand<'backup_code_set'>;
export type RecoveryCaseId = Brand<'recovery_case'>;
export type ScimConnectionId = Brand<'scim_connection'>;
/** A browser that a person signed in with, by its record. */
export type DeviceId = Brand<'device'>;
/** The uid of an oidc-provider interaction; it also names our SignIn row. */
export type SignInUid = Brand<'sign_in'>;

/**
 * A UUID v7 (RFC 9562 §5.7) for an identifier that must be known before its row is written: milliseconds since 1970,
 * then 74 random bits. `random` gives at least 10 bytes.
 */
export function uuidV7(now: Date, random: Uint8Array): string {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(now.getTime(), 0, 6);
  bytes.set(random.subarray(0, 10), 6);
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
