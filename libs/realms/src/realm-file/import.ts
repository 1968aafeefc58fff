import { randomBytes } from 'node:crypto';
import { AppError } from '@sparekey/contracts';
import { ensureSigningKeys } from '../key-rotation.ts';
import { signingAlgs } from '../rotate-keys.ts';
import { below } from './path.ts';
import type { PlannedClient, RealmPlan } from './plan.ts';
import type { ImportDependencies, ImportOptions, Progress, RealmFileStores } from './ports.ts';
import { readRealmFile } from './read.ts';
import { type Finding, type ImportReport, RealmFileError } from './report.ts';
import { type ReadyPlan, writePlan } from './write.ts';

/** Hashes computed at once: the engine has as many threads as cores, and its queue is bounded. */
const HASHES_AT_ONCE = 4;

/** People from which on the database is told that many writes follow. */
const BULK_FROM = 100;

/** A client that has to show a secret and brings none gets one of 256 bits. */
function withSecrets(clients: readonly PlannedClient[], warnings: Finding[]): PlannedClient[] {
  return clients.map((client) => {
    if (client.publicClient || client.secret !== undefined || !(client.standardFlow || client.serviceAccount)) {
      return client;
    }
    warnings.push({
      path: below(client.path, 'secret'),
      why: `the file has no secret of ${client.clientId}; a new one was made, see it in an export`,
    });
    return { ...client, secret: randomBytes(32).toString('base64url') };
  });
}

/** Hashes plain passwords before the transaction begins, so that it stays short. */
async function withHashes(
  users: RealmPlan['users'],
  hash: ImportDependencies['hash'],
  tell: (progress: Progress) => void,
): Promise<ReadyPlan['users']> {
  const total = users.filter(({ password }) => password !== undefined && 'plain' in password).length;
  let done = 0;
  const ready: ReadyPlan['users'] = [];
  for (let start = 0; start < users.length; start += HASHES_AT_ONCE) {
    const batch = users.slice(start, start + HASHES_AT_ONCE).map(async ({ password, ...user }) => {
      if (password === undefined || 'phc' in password) return { ...user, password };
      const { plain, ...rest } = password;
      const phc = await hash(plain);
      done += 1;
      tell({ phase: 'hashing passwords', done, total });
      return { ...user, password: { ...rest, phc } };
    });
    ready.push(...(await Promise.all(batch)));
  }
  return ready;
}

/**
 * Imports one realm from its parsed JSON: all of it in one transaction, or nothing. Keys of Keycloak's part that have
 * no effect here are listed in the report by path and never fail the import. The realm gets signing keys of its own.
 * Errors: RealmFileError with every problem by path; `conflict` when the realm exists and `ifExists` is `fail`, or when
 * an id of the file belongs to something else.
 */
export async function importRealmFile(
  file: unknown,
  { transaction, hash }: ImportDependencies,
  { ifExists, operator = 'import', onProgress = () => {} }: ImportOptions,
): Promise<ImportReport> {
  const { problems, unsupported, warnings, realm, plan } = readRealmFile(file);
  if (plan === undefined) throw new RealmFileError(realm, problems);
  const { name } = plan.realm;
  const report = { realm: name, unsupported, warnings };
  const nothing = { users: 0, clients: 0, roles: 0, groups: 0, organizations: 0 };

  const exists = async () => (await transaction((stores) => stores.realms.byName(name))) !== undefined;
  if (await exists()) {
    if (ifExists === 'fail') throw new AppError('conflict', `There is a realm ${name} already`);
    return { ...report, ...nothing, outcome: 'skipped' };
  }

  const clients = withSecrets(plan.clients, warnings);
  const users = await withHashes(plan.users, hash, onProgress);
  const write = async (stores: RealmFileStores): Promise<void> => {
    const total = users.length;
    const actor = { kind: 'operator', name: operator } as const;
    const written = await writePlan({ ...plan, clients, users }, stores, actor, (done) =>
      onProgress({ phase: 'writing people', done, total }),
    );
    await ensureSigningKeys(stores, written.id, signingAlgs, actor);
    await stores.audit.append({
      type: 'realm.imported',
      realmId: written.id,
      actor,
      outcome: 'success',
      detail: { users: users.length, clients: clients.length },
    });
  };
  try {
    await transaction(write, { bulk: users.length >= BULK_FROM });
  } catch (error) {
    // Another process imported the same realm meanwhile: two providers that start together do.
    const late = error instanceof AppError && error.code === 'conflict' && ifExists === 'skip' && (await exists());
    if (!late) throw error;
    return { ...report, ...nothing, outcome: 'skipped' };
  }
  return {
    ...report,
    outcome: 'imported',
    users: users.length,
    clients: clients.length,
    roles: plan.roles.length,
    groups: plan.groups.length,
    organizations: plan.organizations.length,
  };
}
