import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { SettingsError } from './problem.ts';
import type { Settings } from './settings.ts';

const bytes = 32;

/**
 * The 32 bytes that every sealing key is derived from.
 *
 * @throws {SettingsError} when the file is absent, unreadable, open to other users (only the one that Sparekey created itself: a
 * mounted secret has the mode its platform gives it) or does not hold 32 bytes.
 */
export function loadMasterKey(settings: Pick<Settings, 'masterKey' | 'dataDirectory'>): Buffer {
  const { masterKey, dataDirectory } = settings;
  if ('value' in masterKey) return decode(masterKey.value, 'SPAREKEY_MASTER_KEY');
  const { file } = masterKey;
  const setting = 'SPAREKEY_MASTER_KEY_FILE';
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (error) {
    const absent = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new SettingsError([
      {
        setting,
        text: absent
          ? `${file} does not exist: put the master key back from its backup (what is sealed in the database cannot be read without it)`
          : `${file} cannot be read: ${(error as Error).message}`,
      },
    ]);
  }
  const ours = file === join(dataDirectory, 'master-key');
  if (ours && process.platform !== 'win32' && (statSync(file).mode & 0o077) !== 0) {
    throw new SettingsError([{ setting, text: `${file} is open to other users: chmod 600 '${file}'` }]);
  }
  return decode(content, setting);
}

function decode(text: string, setting: string): Buffer {
  const trimmed = text.trim();
  if (/^[0-9a-f]{64}$/i.test(trimmed)) return Buffer.from(trimmed, 'hex');
  // 43 characters carry 258 bits: the last one must leave the two surplus bits at zero, or two spellings would be one key.
  const key = Buffer.from(trimmed, 'base64url');
  const canonical = trimmed.replaceAll('+', '-').replaceAll('/', '_').replace(/=$/, '');
  if (key.length === bytes && key.toString('base64url') === canonical) return key;
  throw new SettingsError([
    {
      setting,
      text: `does not hold ${bytes} bytes as base64 or hex: write one with \`openssl rand -base64 ${bytes}\``,
    },
  ]);
}

/**
 * Writes a new master key, mode 0600, unless the file exists; it is on the disk when this returns. Only for a database that does
 * not exist yet: a new key beside an old database would lock everything that is sealed in it.
 */
export function createMasterKeyFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  const draft = `${file}.${randomBytes(6).toString('hex')}`;
  const descriptor = openSync(draft, 'wx', 0o600);
  try {
    writeSync(descriptor, `${randomBytes(bytes).toString('base64url')}\n`);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  try {
    // Unlike a rename, a link never replaces a key that another process has just written.
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
}
