import {
  bulkLimits,
  resourceTypeDocument,
  resourceTypeDocuments,
  schemaDocument,
  schemaDocuments,
  serviceProviderConfig,
} from '@sparekey/scim';
import type { ScimAnswer, ScimCall } from './call.ts';
import { forbidden, notThere } from './problem.ts';
import { pageLimits } from './query.ts';

const schemes = [
  {
    type: 'oauthbearertoken',
    name: 'Bearer token of the connection',
    description: 'A long-lived token; two are good at once, so that one can take over from the other.',
    specUri: 'https://www.rfc-editor.org/rfc/rfc6750',
  },
  {
    type: 'oauth2',
    name: 'Client credentials',
    description: 'An access token of this realm with the scope scim.read or scim.write.',
    specUri: 'https://www.rfc-editor.org/rfc/rfc6749#section-4.4',
  },
];

/** ServiceProviderConfig, Schemas and ResourceTypes (RFC 7644 §4); undefined for any other path. */
export function discovery(
  call: ScimCall,
  [endpoint, id]: readonly string[],
  query: URLSearchParams,
): ScimAnswer | undefined {
  const found = documentOf(call, endpoint, id);
  // A filter on these must be refused, so that nobody takes a part for the whole (RFC 7644 §4).
  if (found !== undefined && (query.get('filter') ?? '') !== '') forbidden('Discovery documents cannot be filtered.');
  return found;
}

function documentOf(call: ScimCall, endpoint: string | undefined, id: string | undefined): ScimAnswer | undefined {
  const { registry, base } = call;
  switch (endpoint) {
    case 'ServiceProviderConfig':
      return {
        status: 200,
        body: serviceProviderConfig({ bulk: bulkLimits, ...pageLimits, authenticationSchemes: schemes }, base),
      };
    case 'Schemas': {
      if (id === undefined) return { status: 200, body: schemaDocuments(registry, base) };
      const schema = registry.schemas.find((candidate) => candidate.id.toLowerCase() === id.toLowerCase());
      return { status: 200, body: schema === undefined ? notThere(id) : schemaDocument(schema, base) };
    }
    case 'ResourceTypes': {
      if (id === undefined) return { status: 200, body: resourceTypeDocuments(registry, base) };
      const type = registry.byName(id);
      return { status: 200, body: type === undefined ? notThere(id) : resourceTypeDocument(type, base) };
    }
    default:
      return undefined;
  }
}
