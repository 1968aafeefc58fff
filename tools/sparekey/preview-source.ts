import { AppError } from '@sparekey/contracts';
import { createLogger } from '@sparekey/http';
import { scimPullParts } from '@sparekey/provisioner/scim-pull';
import {
  type ChangeRow,
  type PullPreview,
  previewPull,
  type ResourceKind,
  type ScimConnection,
  TaskFailure,
} from '@sparekey/provisioning';
import type { Storage } from '@sparekey/storage';
import type { Output } from './command.ts';
import { shown } from './preview-target.ts';
import type { Session } from './session.ts';
import { table } from './table.ts';

/**
 * What a reading would do here about one person or group of a source, called by its name or id there. Errors: `not_found`;
 * `unavailable`, with what the source says.
 */
export async function previewInSource(
  { storage, settings }: Session,
  connection: ScimConnection<'source'>,
  resource: { kind: ResourceKind; name: string },
): Promise<PullPreview> {
  const logger = createLogger({ level: 'error', name: 'sparekey' });
  const parts = scimPullParts({ storage, outboundAllow: settings.outboundAllow, logger });
  try {
    const preview = await previewPull(parts, connection, resource, new AbortController().signal);
    if (preview === undefined) {
      throw new AppError('not_found', `${connection.name} has no ${resource.kind} of the name or id ${resource.name}.`);
    }
    return { ...preview, changes: await withNames(storage, connection, preview.changes) };
  } catch (error) {
    if (error instanceof TaskFailure) throw new AppError('unavailable', error.message);
    throw error;
  }
}

/** Members by their names. */
async function withNames(
  { scim }: Storage,
  connection: ScimConnection,
  changes: readonly ChangeRow[],
): Promise<ChangeRow[]> {
  const ids = changes.filter(({ attribute }) => attribute === 'members').map(({ before, after }) => before ?? after);
  const names = ids.length === 0 ? new Map<string, string>() : await scim.directory.names(connection, ids.map(String));
  const named = (id: ChangeRow['before']) => names.get(String(id)) ?? id;
  return changes.map((change) => {
    if (change.attribute !== 'members') return change;
    const { before, after, ...rest } = change;
    return {
      ...rest,
      ...(before !== undefined && { before: named(before) ?? before }),
      ...(after !== undefined && { after: named(after) ?? after }),
    };
  });
}

/** Prints it: what changes here, and how it would end. */
export function printSourcePreview(preview: PullPreview, output: Output): void {
  const { changes } = preview;
  if (output.json) {
    output.print(JSON.stringify(preview, undefined, 2));
    return;
  }
  if (changes.length > 0) {
    const rows = changes.map(({ attribute, before, after }) => [attribute, shown(before), shown(after)]);
    output.print(table(['attribute', 'here now', 'then'], rows));
    output.print('');
  }
  for (const line of endOf(preview)) output.print(line);
}

function endOf({ end, remoteId }: PullPreview): string[] {
  if (end.kind === 'left out') return [`${remoteId} would be left out (${end.failure}): ${end.why}.`];
  const leaves = 'It is not active there: it would be disabled at the end of the reading, if the brake lets it pass.';
  const words = { unchanged: 'would stay as it is', asked: 'would wait for `scim allow` before it is taken over' };
  const { done } = end;
  const first = done === 'unchanged' || done === 'asked' ? words[done] : `would be ${done}`;
  return [`${remoteId} ${first}.`, ...(end.leaves ? [leaves] : [])];
}
