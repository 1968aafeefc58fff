import { type Change, diff } from '../plan/diff.ts';
import { isObject, type Json, type ScimResource } from '../plan/resource.ts';
import type { WorkContext } from './context.ts';
import { type Dry, unmade } from './dry.ts';
import { observe } from './observe.ts';
import type { ScimLink } from './ports.ts';

/** One attribute, or sub-attribute, that is not there as it will be or should be. Values are shown to operators alone. */
export interface PreviewChange {
  /** Such as `name.givenName`. Members stand one by one, by their id there. */
  attribute: string;
  /** What the other side has now. */
  before?: Json;
  after?: Json;
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
  if (!isKept) return rows(held, after).map((row) => ({ ...row, isSent: true }));
  const sent = new Set(rows(known.sent, after).map(keyOf));
  return rows(held, after).map((row) => ({ ...row, isSent: sent.has(keyOf(row)) }));
}

type Row = Omit<PreviewChange, 'isSent'>;

const keyOf = ({ attribute, before, after }: Row): string =>
  attribute === 'members' ? `members ${JSON.stringify([before, after])}` : attribute;

const rows = (held: ScimResource, after: ScimResource): Row[] =>
  diff(held, after).flatMap((change) => rowsOf(change, held));

function rowsOf(change: Change, held: ScimResource): Row[] {
  if (change.kind === 'members') {
    return [
      ...change.remove.map((before) => ({ attribute: 'members', before })),
      ...change.add.map((after) => ({ attribute: 'members', after })),
    ];
  }
  const [name = '', inner] = change.path;
  const outer = held[name];
  const before = inner === undefined ? outer : isObject(outer) ? outer[inner] : undefined;
  const attribute = name.startsWith('urn:') ? change.path.join(':') : change.path.join('.');
  return [
    { attribute, ...(before !== undefined && { before }), ...(change.kind === 'set' && { after: change.value }) },
  ];
}
