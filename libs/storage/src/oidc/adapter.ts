import type { RealmId } from '@sparekey/contracts';
import type { Consumption } from './consume.ts';
import type { Finder, Found } from './find.ts';
import { idDigest } from './ids.ts';
import { isTokenKind, type Kind, type OidcAdapter, type Payload, type TokenKind } from './model.ts';
import { isFamilyKind, type PayloadCodec } from './payload.ts';
import type { Revocation } from './revoke.ts';
import type { OidcAdapterOptions } from './storage.ts';
import { rowKey, type UnitOfWork } from './unit-of-work.ts';

/** What the adapters of all realms share. */
export interface Engine {
  finder: Finder;
  consumption: Consumption;
  revocation: Revocation;
  endSession(realmId: RealmId, uid: string): Promise<void>;
  /** Runs in the request's unit of work, or in one of its own that is written before it returns. */
  inUnit<T>(work: (unit: UnitOfWork, scoped: boolean) => Promise<T>): Promise<T>;
}

/**
 * Stands in for the cookie value of a session that was found by its uid. It leads nowhere when presented; the adapter
 * takes it for destroying that session, and refuses to save under it.
 */
const BY_UID = 'uid:';

/** oidc-provider's adapter of one model in one realm. */
export class PostgresAdapter implements OidcAdapter {
  readonly #kind: Kind;
  readonly #realmId: RealmId;
  readonly #engine: Engine;
  readonly #codec: PayloadCodec;
  readonly #options: OidcAdapterOptions;

  constructor(kind: Kind, engine: Engine, codec: PayloadCodec, options: OidcAdapterOptions) {
    this.#kind = kind;
    this.#realmId = options.realmId;
    this.#engine = engine;
    this.#codec = codec;
    this.#options = options;
  }

  upsert(id: string, payload: Payload, expiresIn?: number): Promise<void> {
    const kind = this.#kind;
    const realmId = this.#realmId;
    const columns = this.#codec.columns(kind, payload);
    const row = { realmId, text: this.#codec.encode(kind, id, payload), ttl: expiresIn ?? null };
    return this.#engine.inUnit(async (unit) => {
      if (kind === 'Grant') unit.saveGrant({ ...row, ...columns, id });
      else if (kind === 'Interaction') unit.saveInteraction({ ...row, ...columns, id: idDigest(kind, id) });
      else if (kind === 'Session') {
        if (id.startsWith(BY_UID)) throw new Error('A session found by its uid cannot be saved: its id is not known');
        unit.saveSession({ ...row, id: idDigest(kind, id), uid: String(payload.uid), accountId: columns.accountId });
      } else unit.saveToken({ ...row, ...columns, kind, id: idDigest(kind, id) });
    });
  }

  find(id: string): Promise<Payload | undefined> {
    const kind = this.#kind;
    if (kind === 'ReplayDetection') return this.#findProof(id);
    return this.#engine.inUnit(async (unit) => {
      const digest = idDigest(kind, id);
      const key = rowKey(this.#realmId, kind, kind === 'Grant' ? id : digest);
      let stored = unit.known(key);
      if (stored === undefined) stored = unit.learn(this.#realmId, key, await this.#fetch(id, digest));
      const payload = stored === null ? undefined : this.#codec.decode(kind, id, stored);
      if (payload && isTokenKind(kind)) this.#notice(unit, kind, digest, payload);
      return payload;
    });
  }

  findByUid(uid: string): Promise<Payload | undefined> {
    return this.#engine.inUnit(async (unit) => {
      const key = rowKey(this.#realmId, 'SessionUid', uid);
      let stored = unit.known(key);
      if (stored === undefined)
        stored = unit.learn(this.#realmId, key, await this.#engine.finder.session(this.#realmId, { uid }));
      return stored === null ? undefined : this.#codec.decode('Session', `${BY_UID}${uid}`, stored);
    });
  }

  async findByUserCode(userCode: string): Promise<Payload | undefined> {
    const found = await this.#engine.finder.deviceCode(this.#realmId, this.#codec.userCodeDigest(userCode));
    return found && this.#codec.decode('DeviceCode', undefined, found.stored);
  }

  destroy(id: string): Promise<void> {
    const kind = this.#kind;
    const realmId = this.#realmId;
    const { revocation, consumption } = this.#engine;
    return this.#engine.inUnit(async (unit, scoped) => {
      if (kind === 'Interaction') unit.endInteraction(realmId, idDigest(kind, id));
      else if (kind === 'Session') {
        if (id.startsWith(BY_UID)) await this.#engine.endSession(realmId, id.slice(BY_UID.length));
        // Outside a request nothing tells whether the id is about to be replaced by another (Session#save).
        else unit.endSession(realmId, idDigest(kind, id), scoped);
      } else if (kind === 'Grant') {
        unit.dropGrant(realmId, id);
        await (unit.endSpent(id, consumption) ?? revocation.end({ realmId, grant: id }));
      } else {
        const token = { kind, id: idDigest(kind, id) };
        unit.dropToken(rowKey(realmId, kind, token.id));
        await revocation.end({ realmId, token });
      }
    });
  }

  /** Errors: what `invalidGrant` or `invalidRequestUri` makes, for everybody but the one who consumes it. */
  consume(id: string): Promise<void> {
    const kind = this.#kind;
    if (!isTokenKind(kind)) throw new TypeError(`${kind} is not single-use`);
    const key = { realmId: this.#realmId, kind, id: idDigest(kind, id) };
    return this.#engine.inUnit(async (unit) => {
      unit.forget(rowKey(key.realmId, kind, key.id));
      if (await this.#engine.consumption.consume(key)) return;
      await this.#engine.consumption.reused(key, unit.origin);
      const { invalidGrant, invalidRequestUri } = this.#options;
      throw kind === 'PushedAuthorizationRequest'
        ? invalidRequestUri('request_uri is invalid, expired, or was already used')
        : invalidGrant(`${kind} was already used or has expired`);
    });
  }

  revokeByGrantId(grantId: string): Promise<void> {
    const kind = this.#kind;
    if (!isTokenKind(kind)) throw new TypeError(`${kind} belongs to no grant`);
    const { revocation, consumption } = this.#engine;
    return this.#engine.inUnit(async (unit) => {
      unit.dropFamily(grantId, kind);
      await (unit.endSpent(grantId, consumption) ??
        revocation.end({ realmId: this.#realmId, family: { grantId, kind } }));
    });
  }

  #fetch(id: string, digest: Buffer): Promise<Found | undefined> {
    const { finder } = this.#engine;
    const kind = this.#kind;
    if (kind === 'Grant') return finder.grant(this.#realmId, id);
    if (kind === 'Session') return finder.session(this.#realmId, { id: digest });
    if (kind === 'Interaction') return finder.interaction(this.#realmId, digest);
    return finder.token({ realmId: this.#realmId, kind, id: digest });
  }

  /**
   * ReplayDetection.unique asks whether a proof is known and saves it when it is not; between the two another request
   * could do the same. So the question itself takes it.
   */
  async #findProof(id: string): Promise<Payload | undefined> {
    const digest = idDigest('ReplayDetection', id);
    if (await this.#engine.consumption.claimProof(this.#realmId, digest)) return undefined;
    return { kind: 'ReplayDetection', jti: id };
  }

  #notice(unit: UnitOfWork, kind: TokenKind, id: Buffer, payload: Payload): void {
    if (payload.consumed === undefined || !isFamilyKind(kind)) return;
    if (typeof payload.grantId === 'string') unit.sawSpent(payload.grantId, { realmId: this.#realmId, kind, id });
  }
}

/** Clients belong to the realm's configuration; they are found there and never written here. */
export class ClientAdapter implements OidcAdapter {
  readonly #findClient: OidcAdapterOptions['findClient'];

  constructor(findClient: OidcAdapterOptions['findClient']) {
    this.#findClient = findClient;
  }

  find(id: string): Promise<Payload | undefined> {
    return this.#findClient(id);
  }

  upsert = refuse;
  destroy = refuse;
  consume = refuse;
  revokeByGrantId = refuse;
  findByUid = refuse;
  findByUserCode = refuse;
}

async function refuse(): Promise<never> {
  throw new Error('Clients are changed through their repository');
}
