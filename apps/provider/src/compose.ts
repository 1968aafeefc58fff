import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { poolThreads, type Settings } from '@sparekey/config';
import { AppError } from '@sparekey/contracts';
import {
  type BreachedPasswords,
  createAttempts,
  createEmergencyPasses,
  createFactors,
  createHashEngine,
  createNewPasswords,
  createRecoveryPasses,
  createStrengthMeter,
  type HashEngine,
  hashConcurrency,
  type Peppers,
  type Places,
} from '@sparekey/factors';
import { type Logger, type Metrics, networkOf, origin } from '@sparekey/http';
import { bootstrap, demoRealm, findingKinds, importRealmFile, MASTER_REALM, normaliseLogin } from '@sparekey/realms';
import { type Keyring, peppersFor, type Storage } from '@sparekey/storage';
import type { Messaging } from './messages/messaging.ts';
import { ACCOUNT_CLIENT_ID } from './realms/account-client.ts';
import type { ProviderContext } from './server.ts';
import type { Services } from './services.ts';

/** The pepper of backup codes, one for each master key: sets made under an earlier one keep theirs. */
export const peppers = (keyring: Keyring): Peppers => peppersFor(keyring, 'backup-code-pepper');

/** Slow hashes of this process, all in one queue. */
export function hashEngine(metrics: Metrics): HashEngine {
  const concurrency = hashConcurrency(availableParallelism(), poolThreads());
  const engine = createHashEngine({ random: randomBytes, concurrency });
  metrics.watchHashQueue({ inFlight: () => engine.stats.inFlight, queued: () => engine.stats.queued });
  return engine;
}

/** What the journey and the account pages work with. */
export function composeServices(
  context: ProviderContext,
  engine: HashEngine,
  metrics: Metrics,
  messaging: Messaging,
  places: Places,
  breached: BreachedPasswords,
): Services {
  const { keyring, attempts: counter } = context.storage;
  const { hostname, origin: ourOrigin } = new URL(context.publicUrl);
  const factors = createFactors({
    engine,
    peppers: peppers(keyring),
    site: { rpId: hostname, origin: ourOrigin },
    clock: () => new Date(),
    random: randomBytes,
    sentCodeKey: keyring.deriveKey('sent-code'),
  });
  return {
    ...context,
    factors,
    newPasswords: createNewPasswords({ factor: factors.password, strength: createStrengthMeter(), breached }),
    attempts: createAttempts({ counter, loginKey: keyring.deriveKey('unknown-login'), normaliseLogin, networkOf }),
    metrics,
    messaging,
    places,
    limitKey: keyring.deriveKey('send-limits'),
    passes: createRecoveryPasses({ key: keyring.deriveKey('recovery-pass'), random: randomBytes }),
    emergencyPasses: createEmergencyPasses({ key: keyring.deriveKey('break-glass-pass'), random: randomBytes }),
    csrfKey: keyring.deriveKey('csrf'),
    scimCursorKey: keyring.deriveKey('scim-cursor'),
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

/** The administrator of the settings with a hashed password; undefined when there is nobody to make. */
async function administratorToMake(settings: Settings, storage: Storage, engine: HashEngine) {
  const { bootstrapAdmin } = settings;
  if (bootstrapAdmin === undefined) return undefined;
  const { username, password } = bootstrapAdmin;
  const master = await storage.stores.realms.byName(MASTER_REALM);
  // A hash costs what a sign-in costs: not at every start for someone who is there.
  if (master !== undefined && (await storage.stores.users.byLogin(master.id, username)) !== undefined) return undefined;
  return { username, phc: await engine.hash(password) };
}

/** Makes what the first start needs: realm `master` with its administrator, the demo realm, the realms of the settings. */
export async function prepareRealms(
  settings: Settings,
  storage: Storage,
  engine: HashEngine,
  logger: Logger,
): Promise<void> {
  const administrator = await administratorToMake(settings, storage, engine);
  const client = settings.bootstrapClient && {
    clientId: settings.bootstrapClient.clientId,
    secret: settings.bootstrapClient.clientSecret,
  };
  const made = await bootstrap((work) => storage.transaction(work), {
    ...(administrator === undefined ? {} : { administrator }),
    ...(client === undefined ? {} : { client }),
  });
  if (made.administratorCreated) logger.info({ username: administrator?.username }, 'administrator created');
  if (made.clientCreated) logger.info({ clientId: client?.clientId }, 'service account created');
  const demo = settings.demo ? [demoRealm({ rpUrl: `http://localhost:${settings.demoRpPort}` })] : [];
  const files = await Promise.all(settings.importRealms.map(realmFile));
  for (const file of [...demo, ...files]) await importAbsentRealm(file, storage, engine, logger);
}

async function importAbsentRealm(file: unknown, storage: Storage, engine: HashEngine, logger: Logger): Promise<void> {
  const { realm, outcome, users, clients, unsupported, warnings } = await importRealmFile(
    file,
    { transaction: storage.transaction, hash: (password) => engine.hash(password) },
    { ifExists: 'skip', operator: 'start' },
  );
  if (outcome === 'skipped') return;
  logger.info({ realm, users, clients }, 'realm imported');
  for (const kind of findingKinds(unsupported)) {
    logger.warn({ realm, ...kind }, 'part of the realm file has no effect here');
  }
  for (const kind of findingKinds(warnings)) logger.warn({ realm, ...kind }, 'realm file: please check');
}
