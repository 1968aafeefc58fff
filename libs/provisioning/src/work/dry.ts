import type { WorkContext } from './context.ts';
import type { ScimLink, ScimRequest } from './ports.ts';

/** The id of what would be made. */
export const unmade = 'new';

export interface Dry {
  context: WorkContext;
  /** What would be sent, in order. */
  requests: ScimRequest[];
  /** Links as they would be kept, in order. */
  saved: ScimLink[];
}

/**
 * The context with writes off: requests that would write are written down in place of being sent, and nothing is kept
 * here. Reads are made.
 */
export function dry(context: WorkContext): Dry {
  const requests: ScimRequest[] = [];
  const saved: ScimLink[] = [];
  const nothing = async () => {};
  const { wire, links } = context;
  return {
    requests,
    saved,
    context: {
      ...context,
      wire: {
        async send(request) {
          if (request.method === 'GET') return wire.send(request);
          requests.push(request);
          const made =
            request.method === 'POST'
              ? { text: JSON.stringify({ id: unmade }), status: 201 }
              : { text: '', status: 204 };
          return { ...made, headers: {} };
        },
      },
      links: {
        ...links,
        async save(_connection, link) {
          saved.push({ ...link });
        },
        remove: nothing,
      },
      hasNoPatch: nothing,
    },
  };
}
