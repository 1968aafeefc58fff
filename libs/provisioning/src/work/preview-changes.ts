import { type ChangeRow, changeRows } from '../plan/rows.ts';
import type { WorkContext } from './context.ts';
import { type Dry, unmade } from './dry.ts';
import { observe } from './observe.ts';
import type { ScimLink } from './ports.ts';

/** What is not there as it will be or should be. Values are shown to operators alone. */
export interface PreviewChange extends ChangeRow {
  /** False for what drifted: what was sent is still right, so that only a repair sends it again. */
  isSent: boolean;
}

/**
 * From what the other side holds at this moment to what it will hold when everything is sent. Reads the other side once.
 * Errors: TaskFailure.
 */
export async function previewChanges(
  context: WorkContext,
  known: ScimLink | undefined,
  { saved, requests }: Dry,
): Promise<PreviewChange[]> {
  const link = saved.at(-1) ?? known;
  if (link === undefined) return [];
  const isDeleted = requests.some(({ method }) => method === 'DELETE');
  // Who is made is told more at first than what is kept in step later.
  const first = requests[0]?.method === 'POST' ? saved[0]?.sent : undefined;
  const after = isDeleted ? {} : { ...first, ...link.sent };
  const { remoteId } = link;
  const isThere = remoteId !== undefined && remoteId !== unmade;
  const seen = isThere ? await observe(context, { ...link, remoteId }, known?.sent ?? after) : undefined;
  const held = seen?.held ?? {};
  const isKept = known?.remoteId !== undefined && known.remoteId === remoteId && !isDeleted;
  if (!isKept) return changeRows(held, after).map((row) => ({ ...row, isSent: true }));
  const sent = new Set(changeRows(known.sent, after).map(keyOf));
  return changeRows(held, after).map((row) => ({ ...row, isSent: sent.has(keyOf(row)) }));
}

const keyOf = ({ attribute, before, after }: ChangeRow): string =>
  attribute === 'members' ? `members ${JSON.stringify([before, after])}` : attribute;
