import { attributePath, valueAt } from '../mapping/attribute-path.ts';
import { listedIn, type ResourceKind, type ScimResource } from '../plan/resource.ts';
import { ask, namedQuery, pathOf, refusal, TaskFailure, type WorkContext } from './context.ts';

/** How many of the same name are looked at: more than one is a conflict already. */
const LOOKED_AT = 5;

export interface Match {
  attribute: string;
  value: string;
}

export interface Found {
  resource: ScimResource & { id: string };
  /** It bears our own id as externalId: we made it, and were not told so. */
  ours: boolean;
}

/** externalId is exact (RFC 7643 §3.1); names are compared as most directories do. */
const same = (attribute: string, a: string, b: string): boolean =>
  attribute === 'externalId' ? a === b : a.toLowerCase() === b.toLowerCase();

/**
 * Whom of the other side these values mean, the first that finds somebody counting. What comes back is compared again: a
 * server that ignores a filter would have us take over whoever stands first in its list. Errors: TaskFailure; `conflict`
 * when several have the value.
 */
export async function correlate(
  context: WorkContext,
  kind: ResourceKind,
  matches: readonly Match[],
  localId: string,
): Promise<Found | undefined> {
  for (const [index, { attribute, value }] of matches.entries()) {
    const filter = `${attribute} eq ${JSON.stringify(value)}`;
    const outcome = await ask(context, {
      method: 'GET',
      path: pathOf(kind),
      query: {
        filter,
        ...(context.traits.pages && { startIndex: '1', count: String(LOOKED_AT) }),
        ...namedQuery(context, kind),
      },
    });
    // Not every server can look by externalId; the name is left.
    if ((outcome.kind === 'refused' || outcome.kind === 'unsupported') && index < matches.length - 1) continue;
    if (outcome.kind !== 'ok') throw new TaskFailure(outcome);
    const listed = listedIn(outcome.body);
    if (listed === undefined) {
      throw new TaskFailure({
        kind: 'retry',
        failure: 'not_scim',
        why: 'answered a search with something that is no list',
      });
    }
    const path = attributePath(attribute);
    const found = listed.filter((each): each is Found['resource'] => {
      const theirs = path && valueAt(each, path);
      return typeof each.id === 'string' && typeof theirs === 'string' && same(attribute, theirs, value);
    });
    if (found.length > 1) throw refusal('conflict', `several ${kind}s on the other side have this ${attribute}`);
    const [resource] = found;
    if (resource !== undefined) return { resource, ours: resource.externalId === localId };
  }
  return undefined;
}
