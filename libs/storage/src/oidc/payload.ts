import type { RealmId } from '@sparekey/contracts';
import { idDigest, type Seal } from './ids.ts';
import { isTokenKind, type Kind, type Payload, type TokenKind } from './model.ts';

/** A payload as it stands in the database, with what the database's clock says of it. */
export interface Stored {
  text: string;
  /** Seconds that are left, by the database's clock, at `readAt` of ours (seconds since the epoch). */
  secondsLeft: number;
  readAt: number;
  /** Seconds since the epoch. */
  consumedAt?: number | undefined;
}

/** The columns beside the payload that look-ups and joins need. */
export interface Columns {
  grantId: string | null;
  sessionUid: string | null;
  accountId: string | null;
  userCode: Buffer | null;
  clientId: string | null;
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
const object = (value: unknown): Payload => (typeof value === 'object' && value !== null ? (value as Payload) : {});

/**
 * Between oidc-provider's payloads and rows. What would give access when read from the database does not go there: the id
 * itself (put back on reading, because whoever asked for it knows it), the session's cookie value and the return
 * address in an interaction. Ids that must be read back are sealed.
 */
export class PayloadCodec {
  readonly #realmId: RealmId;
  readonly #seal: Seal;

  constructor(realmId: RealmId, seal: Seal) {
    this.#realmId = realmId;
    this.#seal = seal;
  }

  userCodeDigest(userCode: string): Buffer {
    return this.#seal.userCodeDigest(this.#realmId, userCode);
  }

  encode(kind: Kind, id: string, payload: Payload): string {
    const { jti: _id, kind: _kind, consumed: _consumed, ...kept } = payload;
    if (kind === 'Session') delete kept.exp;
    if (kind === 'DeviceCode') {
      const { userCode, ...rest } = kept;
      return json({ ...rest, sealed: this.#close('oidc_token', kind, { id, userCode }) });
    }
    if (kind === 'Interaction') return json(this.#encodeInteraction(id, kept));
    return json(kept);
  }

  /** `id` is what the caller asked for; undefined when it asked by something else. */
  decode(kind: Kind, id: string | undefined, stored: Stored): Payload | undefined {
    const kept = JSON.parse(stored.text) as Payload;
    let payload: Payload | undefined;
    if (kind === 'DeviceCode') payload = this.#decodeDeviceCode(kept);
    else if (kind === 'Interaction' && id !== undefined) payload = this.#decodeInteraction(id, kept);
    else payload = { ...kept, jti: id };
    if (payload === undefined) return undefined;
    payload.kind = kind;
    if (stored.consumedAt !== undefined) payload.consumed = stored.consumedAt;
    if (Number.isFinite(stored.secondsLeft)) payload.exp = expiry(kept.exp, stored);
    return payload;
  }

  columns(kind: Kind, payload: Payload): Columns {
    const result = object(payload.result);
    const login = object(result.login);
    const consent = object(result.consent);
    const session = object(payload.session);
    const interaction = kind === 'Interaction';
    return {
      grantId: text(interaction ? (consent.grantId ?? payload.grantId) : payload.grantId),
      sessionUid: text(interaction ? session.uid : payload.sessionUid),
      accountId: text(interaction ? (login.accountId ?? session.accountId) : payload.accountId),
      userCode: typeof payload.userCode === 'string' ? this.userCodeDigest(payload.userCode) : null,
      clientId: text(payload.clientId),
    };
  }

  #encodeInteraction(id: string, { returnTo, session, deviceCode, parJti, ...kept }: Payload): Payload {
    const { cookie: _cookie, ...person } = object(session);
    return {
      ...kept,
      // The return address ends in the interaction's own id.
      returnTo: typeof returnTo === 'string' ? returnTo.split(id) : undefined,
      session: session === undefined ? undefined : person,
      sealed: deviceCode || parJti ? this.#close('oidc_interaction', rowName(id), { deviceCode, parJti }) : undefined,
    };
  }

  #decodeInteraction(id: string, { returnTo, sealed, ...kept }: Payload): Payload | undefined {
    const opened = sealed === undefined ? {} : this.#open('oidc_interaction', rowName(id), sealed);
    if (opened === undefined) return undefined;
    const address = Array.isArray(returnTo) ? { returnTo: returnTo.join(id) } : {};
    return { ...kept, ...address, ...opened, jti: id };
  }

  #decodeDeviceCode({ sealed, ...kept }: Payload): Payload | undefined {
    const opened = this.#open('oidc_token', 'DeviceCode', sealed);
    return opened && { ...kept, userCode: opened.userCode, jti: opened.id };
  }

  #close(table: string, row: string, secrets: Payload): string {
    return this.#seal.close({ table, realmId: this.#realmId, row, purpose: 'oidc_id' }, JSON.stringify(secrets));
  }

  #open(table: string, row: string, sealed: unknown): Payload | undefined {
    const place = { table, realmId: this.#realmId, row, purpose: 'oidc_id' };
    const opened = this.#seal.open(place, String(sealed));
    return opened === undefined ? undefined : (JSON.parse(opened) as Payload);
  }
}

/**
 * JSON that Postgres can look into: U+0000 and lone surrogates, which a link can bring (`?state=%00`) and whose escapes it
 * refuses to read, become U+FFFD. Almost no payload has any, so the walk through it is rare.
 */
function json(payload: Payload): string {
  const plain = JSON.stringify(payload);
  return /\\u(?:0000|d[89a-f])/.test(plain) ? JSON.stringify(wellFormed(payload)) : plain;
}

function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\ufffd');
  if (Array.isArray(value)) return value.map(wellFormed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [wellFormed(key), wellFormed(inner)]));
}

const rowName = (interactionId: string): string => idDigest('Interaction', interactionId).toString('hex');

/** Above this, our clock and the database's (or that of the process that wrote) disagree; below it is rounding. */
const CLOCKS_AGREE_SECONDS = 2;

/**
 * The engine compares `exp` with our clock. Where that clock is off, `exp` is moved along, so that what the database's
 * clock decided stands on every machine.
 */
function expiry(written: unknown, { readAt, secondsLeft }: Stored): number {
  const here = Math.round(readAt + secondsLeft);
  return typeof written === 'number' && Math.abs(written - here) <= CLOCKS_AGREE_SECONDS ? written : here;
}

/** Kinds whose loss in a crash of the database costs a new try and nothing else; all others are on disk at commit. */
export const isRelaxed = (kind: TokenKind): boolean => kind === 'AccessToken' || kind === 'ClientCredentials';

/** Kinds that are members of a grant's family. */
export const familyKinds = [
  'AccessToken',
  'AuthorizationCode',
  'RefreshToken',
  'DeviceCode',
  'BackchannelAuthenticationRequest',
  'PreAuthorizedCode',
] as const satisfies readonly TokenKind[];

export const isFamilyKind = (kind: Kind): boolean =>
  isTokenKind(kind) && (familyKinds as readonly TokenKind[]).includes(kind);
