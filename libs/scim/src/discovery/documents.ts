import type { Json, JsonObject } from '../json.ts';
import type { Attribute, Schema } from '../schema/attribute.ts';
import type { Registry, ResourceType } from '../schema/registry.ts';

export interface ServiceLimits {
  readonly bulk: { readonly maxOperations: number; readonly maxPayloadSize: number };
  /** Most resources in one answer. */
  readonly maxResults: number;
  readonly defaultPageSize: number;
  /** Seconds a cursor can be used for. */
  readonly cursorTimeoutSeconds: number;
  /** How a client shows who it is, best first. */
  readonly authenticationSchemes: readonly { type: string; name: string; description: string; specUri: string }[];
  readonly documentationUri?: string;
}

/** RFC 7643 §5, with `pagination` of RFC 9865 §4 and `securityEvents` of RFC 9967 §4. Sizes in bytes. */
export function serviceProviderConfig(limits: ServiceLimits, base: string): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig'],
    ...(limits.documentationUri === undefined ? {} : { documentationUri: limits.documentationUri }),
    patch: { supported: true },
    bulk: { supported: true, ...limits.bulk },
    filter: { supported: true, maxResults: limits.maxResults },
    changePassword: { supported: true },
    sort: { supported: true },
    etag: { supported: true },
    pagination: {
      cursor: true,
      index: true,
      defaultPaginationMethod: 'index',
      defaultPageSize: limits.defaultPageSize,
      maxPageSize: limits.maxResults,
      cursorTimeout: limits.cursorTimeoutSeconds,
    },
    securityEvents: { asyncRequest: 'none', eventUris: [...eventUris] },
    authenticationSchemes: limits.authenticationSchemes.map((scheme, at) => ({ ...scheme, primary: at === 0 })),
    meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
  };
}

/** The events of RFC 9967 that are sent. */
export const eventUris = ['create', 'put', 'patch', 'activate', 'deactivate', 'delete'].map(
  (name) =>
    `urn:ietf:params:scim:event:prov:${name}${name === 'activate' || name === 'deactivate' || name === 'delete' ? '' : ':notice'}`,
);

function attributeDocument(attribute: Attribute): JsonObject {
  const { subAttributes, ...characteristics } = attribute;
  return {
    ...(characteristics as unknown as JsonObject),
    ...(subAttributes === undefined ? {} : { subAttributes: subAttributes.map(attributeDocument) }),
  };
}

export function schemaDocument(schema: Schema, base: string): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:Schema'],
    id: schema.id,
    name: schema.name,
    description: schema.description,
    attributes: schema.attributes.map(attributeDocument),
    meta: { resourceType: 'Schema', location: `${base}/Schemas/${schema.id}` },
  };
}

export function resourceTypeDocument(type: ResourceType, base: string): JsonObject {
  return {
    schemas: ['urn:ietf:params:scim:schemas:core:2.0:ResourceType'],
    id: type.name,
    name: type.name,
    endpoint: type.endpoint,
    description: type.description,
    schema: type.schema.id,
    schemaExtensions: type.extensions.map(({ schema, required }) => ({ schema: schema.id, required })),
    meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${type.name}` },
  };
}

export const listSchema = 'urn:ietf:params:scim:api:messages:2.0:ListResponse';

/** A ListResponse with everything in it (RFC 7644 §4: discovery is never paged). */
export function listOf(resources: readonly Json[]): JsonObject {
  return {
    schemas: [listSchema],
    totalResults: resources.length,
    startIndex: 1,
    itemsPerPage: resources.length,
    Resources: resources,
  };
}

export function schemaDocuments(registry: Registry, base: string): JsonObject {
  return listOf(registry.schemas.map((schema) => schemaDocument(schema, base)));
}

export function resourceTypeDocuments(registry: Registry, base: string): JsonObject {
  return listOf(registry.types.map((type) => resourceTypeDocument(type, base)));
}
