import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Settings } from '@sparekey/config';
import { AppError } from '@sparekey/contracts';
import { createAttempts, createFactors, createHashEngine, type HashEngine, type Peppers } from '@sparekey/factors';
import { type Logger, type Metrics, networkOf, origin } from '@sparekey/http';
import { bootstrapRealms, demoRealm, normaliseLogin } from '@sparekey/realms';
import type { Keyring, Storage } from '@sparekey/storage';
import { ACCOUNT_CLIENT_ID } from './realms/account-client.ts';
import type { ProviderContext } from './server.ts';
import type { Services } from './services.ts';

/** The pepper of backup codes, one for each master key: sets made under an earlier one keep theirs. */
function peppers(keyring: Keyring): Peppers {
  const key = (id: string) => keyring.deriveKey('backup-code-pepper', id);
  return {
    current: { id: keyring.currentKeyId, key: key(keyring.currentKeyId) },
    byId(id) {
      try {
        return key(id);
      } catch (error) {
        if (error instanceof AppError) return undefined;
        throw error;
      }
    },
  };
}

/** Slow hashes of this process, all in one queue. */
export function hashEngine(metrics: Metrics): HashEngine {
  const engine = createHashEngine({ random: randomBytes });
  metrics.watchHashQueue({ inFlight: () => engine.stats.inFlight, queued: () => engine.stats.queued });
  return engine;
}

/** What the journey and the account pages work with. */
export function composeServices(context: ProviderContext, engine: HashEngine, metrics: Metrics): Services {
  const { keyring, attempts: counter } = context.storage;
  return {
    ...context,
    factors: createFactors({ engine, peppers: peppers(keyring), clock: () => new Date(), random: randomBytes }),
    attempts: createAttempts({ counter, loginKey: keyring.deriveKey('unknown-login'), normaliseLogin, networkOf }),
    metrics,
    csrfKey: keyring.deriveKey('csrf'),
    accountClientId: ACCOUNT_CLIENT_ID,
    originOf: origin,
  };
}

async function realmFile(path: string): Promise<unknown> {
  const content = await readFile(path, 'utf8');
  try {
    return JSON.parse(content) as unknown;
  } catch {
    // V8's message quotes the text around the fault, which may be a secret.
    throw new AppError('validation_failed', `SPAREKEY_IMPORT_REALMS: ${path} is no JSON`);
  }
}

/** Makes what the first start needs: realm `master` with its administrator, the demo realm, the realms of the settings. */
export async function prepareRealms(
  settings: Settings,
  storage: Storage,
  engine: HashEngine,
  logger: Logger,
): Promise<void> {
  const files = await Promise.all(settings.importRealms.map(realmFile));
  const demo = settings.demo ? [demoRealm({ rpUrl: `http://localhost:${settings.demoRpPort}` })] : [];
  const report = await bootstrapRealms(
    { admin: settings.bootstrapAdmin, client: settings.bootstrapClient, realms: [...demo, ...files] },
    { transaction: (work) => storage.transaction(work), hash: (password) => engine.hash(password) },
  );
  if (report.administrator === 'none') {
    logger.warn('nobody can administer this server: set SPAREKEY_BOOTSTRAP_ADMIN_USERNAME and _PASSWORD once');
  }
  for (const { realm, outcome, users, clients, unsupported, warnings } of report.imports) {
    if (outcome === 'imported') logger.info({ realm, users, clients }, 'realm imported');
    for (const finding of unsupported) logger.warn({ realm, ...finding }, 'part of the realm file has no effect here');
    for (const finding of warnings) logger.warn({ realm, ...finding }, 'realm file: please check');
  }
}
