import { AsyncLocalStorage } from 'node:async_hooks';
import { HotPath } from '../hot/path.ts';
import { toUserClaims, type UserClaimsJson } from '../repositories/user-claims.ts';
import { ClientAdapter, type Engine, PostgresAdapter } from './adapter.ts';
import { Consumption } from './consume.ts';
import { Finder } from './find.ts';
import { expire } from './housekeeping.ts';
import { Seal } from './ids.ts';
import { isKind } from './model.ts';
import { PayloadCodec } from './payload.ts';
import { Revocation } from './revoke.ts';
import { endSessions } from './session-directory.ts';
import type { OidcStorage, OidcStorageOptions } from './storage.ts';
import { UnitOfWork } from './unit-of-work.ts';
import { Writer } from './writer.ts';

/** Rows that one run of `expire` may remove, unless it is told otherwise. */
const EXPIRY_BUDGET = 50_000;

/** Opens the hot path; connections are made when they are first needed. `close` it before its database goes away. */
export function openOidcStorage(options: OidcStorageOptions): OidcStorage {
  const hot = new HotPath(options);
  const seal = new Seal(options.keyring);
  const writer = new Writer(hot);
  const requests = new AsyncLocalStorage<UnitOfWork>();

  const engine: Engine = {
    finder: new Finder(hot),
    consumption: new Consumption(hot, options.database),
    revocation: new Revocation(hot),
    endSession: (realmId, uid) =>
      options.database.atomically(async (db) => void (await endSessions(db, realmId, { uid }))),
    async inUnit(work) {
      const request = requests.getStore();
      if (request) return work(request, true);
      const unit = new UnitOfWork(writer);
      const result = await work(unit, false);
      await unit.flush();
      return result;
    },
  };

  return {
    adapterFor(adapterOptions) {
      const codec = new PayloadCodec(adapterOptions.realmId, seal);
      return (model) => {
        if (model === 'Client') return new ClientAdapter(adapterOptions.findClient);
        if (!isKind(model)) throw new TypeError(`No storage for the model ${model}`);
        return new PostgresAdapter(model, engine, codec, adapterOptions);
      };
    },
    async withRequest({ origin }, work) {
      const unit = requests.getStore() ?? new UnitOfWork(writer, origin);
      return requests.run(unit, async () => {
        const result = await work();
        await unit.flush();
        return result;
      });
    },
    async flush() {
      await requests.getStore()?.flush();
    },
    prefetchedClaims(realmId, userId) {
      const row = requests.getStore()?.claims(realmId, userId);
      return row === undefined || row === null ? row : toUserClaims(row as UserClaimsJson);
    },
    expire: (budget = EXPIRY_BUDGET) => expire(options.database, budget),
    close: () => hot.close(),
  };
}
