import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { exportRealmFile } from '@sparekey/realms';
import type { Command } from '../command.ts';
import { findingLines } from '../findings.ts';
import { progressTo } from '../progress.ts';
import { withStorage } from '../session.ts';

/** The whole file or none, readable by its owner alone: also when one was there before with another mode. */
async function writePrivately(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(4).toString('hex')}.part`;
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx' });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

export const realmExport: Command = {
  name: 'realm export',
  operands: ['REALM'],
  summary: "Writes a realm as a file in Keycloak's representation",
  details: [
    'The file holds client secrets, seeds of authenticator apps and password hashes, as an export of Keycloak does: guard it like the database. Backup codes and signing keys never leave the database.',
    'Two exports of an unchanged realm are the same text.',
  ],
  options: {
    file: { value: 'FILE', about: 'Where to write it, with mode 0600; standard output without' },
  },
  async run({ operands: [realm = ''], value, output }) {
    const { file, notExported } = await withStorage(({ storage }) =>
      storage.transaction((stores) => exportRealmFile(realm, stores, progressTo(process.stderr))),
    );
    const text = JSON.stringify(file, undefined, 2);
    const path = value('file');
    if (path === undefined) output.print(text);
    else await writePrivately(path, `${text}\n`);
    if (path !== undefined && output.json)
      output.print(JSON.stringify({ realm, file: path, notExported }, undefined, 2));
    if (path !== undefined) output.note(`Wrote ${path} (mode 0600).`);
    output.note(
      'It holds client secrets, seeds of authenticator apps and password hashes: guard it like the database.',
    );
    output.note(['Not in it:', ...findingLines(notExported)].join('\n'));
    return 0;
  },
};
