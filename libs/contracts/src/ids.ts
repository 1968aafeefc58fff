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
/** The uid of an oidc-provider interaction; it also names our SignIn row. */
export type SignInUid = Brand<'sign_in'>;
