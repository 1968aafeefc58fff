import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { AppError } from '@sparekey/contracts';
import type { ScimConnection } from '@sparekey/provisioning';
import type { Realm } from '@sparekey/realms';
import type { Storage } from '@sparekey/storage';
import { type Command, UsageError } from './command.ts';
import { realmOf } from './commands/realm-of.ts';

/** Who acts when a connection is managed from the command line. */
export const scimOperator = { kind: 'operator', name: 'sparekey scim' } as const;

/** A connection by name. Errors: `not_found`. */
export async function connectionOf(
  storage: Pick<Storage, 'stores'>,
  realmName: string,
  name: string,
): Promise<{ realm: Realm; connection: ScimConnection }> {
  const realm = await realmOf(storage, realmName);
  const connection = await storage.stores.scimConnections.byName(realm.id, name);
  if (connection === undefined) throw new AppError('not_found', `There is no connection ${name} in ${realmName}`);
  return { realm, connection };
}

async function contentOf(file: string, command: Command): Promise<string> {
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`, command);
  }
}

/** A secret as it stands in a file, without the line break at its end. Errors: UsageError when there is none. */
export async function secretFrom(file: string | undefined, command: Command): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const secret = (await contentOf(file, command)).replace(/\r?\n$/, '');
  if (secret === '' || secret.length > 16_384 || /[\r\n\0]/.test(secret)) {
    throw new UsageError(`${file} holds no secret: one line is expected.`, command);
  }
  return secret;
}

/** Settings of a file. Errors: UsageError when it is no JSON. */
export async function settingsFrom(file: string | undefined, command: Command): Promise<unknown> {
  if (file === undefined) return undefined;
  const content = await contentOf(file, command);
  try {
    return JSON.parse(content);
  } catch {
    throw new UsageError(`${file} is no JSON.`, command);
  }
}
