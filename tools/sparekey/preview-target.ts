import { AppError } from '@sparekey/contracts';
import { createLogger } from '@sparekey/http';
import { scimWorkerParts } from '@sparekey/provisioner/scim';
import {
  type Preview,
  type PreviewChange,
  previewOf,
  type ScimConnection,
  type Subject,
  TaskFailure,
} from '@sparekey/provisioning';
import type { Storage } from '@sparekey/storage';
import type { Output } from './command.ts';
import type { Session } from './session.ts';
import { table } from './table.ts';

/** What a target would be told of one person or group. Errors: `unavailable`, with what the other side says. */
export async function previewInTarget(
  { storage, settings }: Session,
  connection: ScimConnection<'target'>,
  subject: Subject,
): Promise<Preview> {
  const logger = createLogger({ level: 'error', name: 'sparekey' });
  const parts = scimWorkerParts({ storage, outboundAllow: settings.outboundAllow, logger });
  try {
    return withNames(storage, connection, await previewOf(parts, connection, subject, new AbortController().signal));
  } catch (error) {
    if (error instanceof TaskFailure) throw new AppError('unavailable', error.message);
    throw error;
  }
}

/** Members by the names that they have here, and no longer by their ids there. */
async function withNames({ scim }: Storage, connection: ScimConnection, preview: Preview): Promise<Preview> {
  const isMember = ({ attribute }: PreviewChange) => attribute === 'members';
  const ids = preview.changes.filter(isMember).map(({ before, after }) => String(before ?? after));
  if (ids.length === 0) return preview;
  const links = await scim.links.byRemoteIds(connection, 'user', ids);
  const names = await scim.directory.names(
    connection,
    [...links.values()].map(({ localId }) => localId),
  );
  const named = (id: PreviewChange['before']) => names.get(links.get(String(id))?.localId ?? '') ?? id;
  const changes = preview.changes.map((change) => {
    if (!isMember(change)) return change;
    return change.before === undefined
      ? { ...change, after: named(change.after) ?? '' }
      : { ...change, before: named(change.before) ?? '' };
  });
  return { ...preview, changes };
}

/** A value as a cell shows it. */
export const shown = (value: PreviewChange['before']): string =>
  value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value);

/** Prints it: what changes, what would be sent for it, and what it would wait for. */
export function printPreview(preview: Preview, output: Output): void {
  const { requests, changes, heldBecause, waitsFor } = preview;
  if (output.json) {
    output.print(JSON.stringify(preview, undefined, 2));
    return;
  }
  if (changes.length > 0) {
    output.print(
      table(
        ['attribute', 'there now', 'then', ''],
        changes.map(({ attribute, before, after, isSent }) => [
          attribute,
          shown(before),
          shown(after),
          isSent ? '' : 'only by a repair',
        ]),
      ),
    );
    output.print('');
  }
  if (requests.length === 0) output.print('Nothing would be sent.');
  for (const { method, path, body } of requests) {
    output.print(`${method} ${path}${body === undefined ? '' : `\n${JSON.stringify(body, undefined, 2)}`}`);
  }
  if (heldBecause !== undefined) output.note(`It would wait for \`scim allow\`: ${heldBecause}`);
  if (waitsFor.length > 0) output.note(`Not there yet, and told of once they are: ${waitsFor.join(', ')}`);
}
