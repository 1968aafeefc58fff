import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from '@sparekey/http';
import { isOfKind, moveScimConnection, type ScimConnection, type SurveyParts } from '@sparekey/provisioning';
import type { Storage } from '@sparekey/storage';
import { scimExchange } from './exchange.ts';

export interface ScimParts {
  storage: Storage;
  outboundAllow: readonly string[];
  logger: Pick<Logger, 'error'>;
  onTask?: (outcome: string) => void;
  leaseSeconds?: number;
}

/** What a worker of targets is made of here: this database, the guarded client, the clock. */
export function scimWorkerParts({ storage, outboundAllow, logger, onTask, leaseSeconds }: ScimParts): SurveyParts {
  return {
    ...storage.scim,
    connection: (realmId, id) => storage.stores.scimConnections.byId(realmId, id),
    async move(connection, state, reason) {
      const actor = { kind: 'system' } as const;
      await storage.transaction((stores) =>
        moveScimConnection(stores, connection, state, { ...(reason !== undefined && { reason }), actor }),
      );
    },
    async open(connection: ScimConnection, signal) {
      if (isOfKind(connection, 'server')) throw new Error(`${connection.name} is no target or source`);
      const { profile, settings } = connection as ScimConnection<'target' | 'source'>;
      const secret = await storage.stores.scimConnections.secret(connection.realmId, connection.id);
      return scimExchange({ profile, settings, secret, allow: outboundAllow, signal });
    },
    now: () => new Date(),
    random: Math.random,
    wait: (ms, signal) => wait(ms, undefined, { signal }).catch(() => undefined),
    onError: (err, { kind, localId }) =>
      logger.error({ err, kind, localId }, 'a person or group could not be looked at'),
    ...(onTask && { onTask }),
    ...(leaseSeconds !== undefined && { leaseSeconds }),
  };
}
