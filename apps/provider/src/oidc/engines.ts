import type { IncomingMessage, ServerResponse } from 'node:http';
import type Provider from 'oidc-provider';
import type { RealmCache, ServedRealm } from '../realms/cache.ts';
import { type PrebuiltDocument, prebuildDocuments } from './documents.ts';
import { createEngine, type EngineParts } from './engine.ts';

/** The OIDC engine of one state of a realm, ready to serve. */
export interface Engine {
  readonly provider: Provider;
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  readonly documents: ReadonlyMap<string, PrebuiltDocument>;
}

export interface Engines {
  of(realm: ServedRealm): Promise<Engine>;
  /** The document at a whole path when its realm is in memory; undefined leaves it to the ordinary way. */
  document(path: string): PrebuiltDocument | undefined;
}

const REALM_PATH = /^\/realms\/([^/]+)(\/.+)$/;

/** Engines live exactly as long as the realm state they were built from: a changed realm gets a new one. */
export function createEngines(realms: RealmCache, parts: EngineParts): Engines {
  const building = new WeakMap<ServedRealm, Promise<Engine>>();
  const ready = new WeakMap<ServedRealm, Engine>();

  async function build(realm: ServedRealm): Promise<Engine> {
    const provider = createEngine(realm, parts);
    const handle = provider.callback() as Engine['handle'];
    const engine = { provider, handle, documents: await prebuildDocuments(handle) };
    ready.set(realm, engine);
    return engine;
  }

  return {
    of(realm) {
      let engine = building.get(realm);
      if (engine === undefined) {
        engine = build(realm);
        building.set(realm, engine);
        // What failed (the database was away) is tried anew by the next request.
        engine.catch(() => building.delete(realm));
      }
      return engine;
    },
    document(path) {
      const match = REALM_PATH.exec(path);
      if (match?.[1] === undefined || match[2] === undefined) return undefined;
      const realm = realms.peek(match[1]);
      return realm === undefined ? undefined : ready.get(realm)?.documents.get(match[2]);
    },
  };
}
