import { classify, type Outcome } from '../answer/classify.ts';
import type { ScimProfile } from '../connection/model.ts';
import { endpoints, isObject, listedIn, partOf, type ResourceKind, type ScimResource } from '../plan/resource.ts';
import { traitsOf } from '../plan/traits.ts';
import type { RunPlace } from '../run/model.ts';
import { TaskFailure } from '../work/context.ts';
import type { Wire } from '../work/ports.ts';

/** What a source can, as its /ServiceProviderConfig tells (RFC 7643 §5, RFC 9865 §4). */
export interface SourceTraits {
  cursor: boolean;
  sort: boolean;
}

export type RemoteResource = ScimResource & { id: string };

export interface Page {
  resources: RemoteResource[];
  /** Of all pages, when it is told. */
  total: number | undefined;
  /** Where the next page begins; undefined after the last one. */
  next: RunPlace | undefined;
}

export function sourceTraits(config: unknown): SourceTraits {
  const part = (name: string): Record<string, unknown> => {
    const value = typeof config === 'object' && config !== null ? (config as Record<string, unknown>)[name] : undefined;
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  };
  return { cursor: part('pagination').cursor === true, sort: part('sort').supported === true };
}

/** Some name a group's members only when they are asked for by name; then everything else has to be named too. */
export const namedQuery = (profile: ScimProfile, kind: ResourceKind): { attributes?: string } =>
  kind === 'group' && traitsOf(profile).tellsMembers === 'asked'
    ? { attributes: 'externalId,displayName,members' }
    : {};

const broken = (why: string) => new TaskFailure({ kind: 'retry', failure: 'not_scim', why });

export interface Reading {
  wire: Wire;
  profile: ScimProfile;
  traits: SourceTraits;
  pageSize: number;
  filter: string | undefined;
  now(): Date;
}

/**
 * One page of people or groups (RFC 7644 §3.4.2.4, RFC 9865 §2). A list that is cut short, repeats itself or is none at
 * all is a failure and never the end. Errors: TaskFailure; `unsupported` or `refused` when the filter is not taken.
 */
export async function readPage(reading: Reading, place: RunPlace): Promise<Page> {
  const { wire, profile, traits, pageSize, filter, now } = reading;
  const isCursor = place.cursor !== undefined || (traits.cursor && place.startIndex === undefined);
  const startIndex = place.startIndex ?? 1;
  const outcome: Outcome = classify(
    await wire.send({
      method: 'GET',
      path: `/${endpoints[place.kind]}`,
      query: {
        count: String(pageSize),
        ...(isCursor ? { cursor: place.cursor ?? '' } : { startIndex: String(startIndex) }),
        ...namedQuery(profile, place.kind),
        ...(traits.sort && { sortBy: 'id', sortOrder: 'ascending' }),
        ...(filter !== undefined && { filter }),
      },
    }),
    now(),
  );
  if (outcome.kind !== 'ok') throw new TaskFailure(outcome);
  const [totalResults, nextCursor] = [partOf(outcome.body, 'totalResults'), partOf(outcome.body, 'nextCursor')];
  const total = typeof totalResults === 'number' && Number.isSafeInteger(totalResults) ? totalResults : undefined;
  const listed = listedIn(outcome.body);
  if (listed === undefined || (listed.length === 0 && total !== 0 && partOf(outcome.body, 'Resources') === undefined)) {
    throw broken('answered a search with something that is no list');
  }
  const resources = listed.filter(isResource);
  if (resources.length !== listed.length) throw broken('listed a resource without an id that could be one');
  const { kind, watermark } = place;
  const here = { kind, ...(watermark !== undefined && { watermark }) };
  if (isCursor) {
    const more = typeof nextCursor === 'string' && nextCursor !== '';
    if (more && nextCursor === place.cursor) throw broken('gave the same cursor again');
    return { resources, total, next: more ? { ...here, cursor: nextCursor } : undefined };
  }
  if (total === undefined) throw broken('listed resources without saying how many there are');
  const read = startIndex - 1 + resources.length;
  if (resources.length === 0 && read < total) throw broken(`ended after ${read} of ${total} ${endpoints[kind]}`);
  return { resources, total, next: read < total ? { ...here, startIndex: startIndex + resources.length } : undefined };
}

/** Undefined for a source that has no groups at all. */
export async function pageOf(reading: Reading, place: RunPlace): Promise<Page | undefined> {
  try {
    return await readPage(reading, place);
  } catch (error) {
    const isFirst = place.cursor === undefined && place.startIndex === undefined;
    if (place.kind !== 'group' || !isFirst || !(error instanceof TaskFailure)) throw error;
    if (error.outcome.kind !== 'gone' && error.outcome.kind !== 'unsupported') throw error;
    return undefined;
  }
}

const isResource = (value: ScimResource): value is RemoteResource =>
  typeof value.id === 'string' && /^\P{Cc}{1,1024}$/u.test(value.id);

/** `meta.lastModified`; undefined for what is no time. */
export function modifiedAt({ meta }: ScimResource): Date | undefined {
  const text = isObject(meta) ? meta.lastModified : undefined;
  const at = typeof text === 'string' ? new Date(text) : undefined;
  return at === undefined || Number.isNaN(at.getTime()) ? undefined : at;
}
