/** The names under which oidc-provider asks for an adapter. */
export const tokenKinds = [
  'AccessToken',
  'AuthorizationCode',
  'RefreshToken',
  'ClientCredentials',
  'DeviceCode',
  'BackchannelAuthenticationRequest',
  'PreAuthorizedCode',
  'PushedAuthorizationRequest',
  'InitialAccessToken',
  'RegistrationAccessToken',
  'ReplayDetection',
] as const;

export type TokenKind = (typeof tokenKinds)[number];
/** Every kind of row with an id of its own. `Client` is not among them: clients belong to the realm's configuration. */
export type Kind = TokenKind | 'Session' | 'Grant' | 'Interaction';

export const isTokenKind = (model: string): model is TokenKind => (tokenKinds as readonly string[]).includes(model);
export const isKind = (model: string): model is Kind =>
  isTokenKind(model) || model === 'Session' || model === 'Grant' || model === 'Interaction';

/** What oidc-provider stores: its model's payload. `exp`, `iat` and `consumed` are seconds since the epoch. */
export type Payload = Record<string, unknown>;

/** oidc-provider's adapter contract (its example/my_adapter.js), by structure: this package does not import it. */
export interface OidcAdapter {
  /** `expiresIn` in seconds; undefined for what never expires. */
  upsert(id: string, payload: Payload, expiresIn?: number): Promise<void>;
  find(id: string): Promise<Payload | undefined>;
  findByUid(uid: string): Promise<Payload | undefined>;
  findByUserCode(userCode: string): Promise<Payload | undefined>;
  destroy(id: string): Promise<void>;
  consume(id: string): Promise<void>;
  revokeByGrantId(grantId: string): Promise<void>;
}
