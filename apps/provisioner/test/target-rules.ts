type Endpoint = 'Users' | 'Groups';

/** What a target takes, and how it answers. Everything else it refuses. */
export interface TargetRules {
  /** `METHOD /endpoint`, an id in it as `:id`. */
  routes: RegExp;
  /** Parameters that a request may have, and filters that a search must have. */
  query: readonly string[];
  filters: Record<Endpoint, RegExp>;
  /** Operations of one PATCH, and members that one request may add or remove. */
  maxOperations: Record<Endpoint, number>;
  maxMembers: number;
  membersInBody: boolean;
  /** Paths of a group that an operation may have. */
  groupPaths: Record<'add' | 'replace' | 'remove', RegExp>;
  /** Whether members are removed by a list of them beside the path. */
  removesByValue?: boolean;
  singleValues?: boolean;
  needsUserAgent?: boolean;
  /** When a group says who is in it. */
  tellsMembers: 'always' | 'asked' | 'never';
  /** What a PUT or PATCH that is taken is answered with: the resource, `{}`, or nothing. */
  answersWrites: 'resource' | 'object' | 'nothing';
  listName: 'Resources' | 'resources';
  announces: { patch: boolean; etag: boolean };
}

const byId = '(Users|Groups)/:id';
const everything = 'GET /(Users|Groups|ServiceProviderConfig)|POST /(Users|Groups)';
const one = (...attributes: string[]) => new RegExp(`^(${attributes.join('|')}) eq "[^"]*"$`);

/** Keeps to RFC 7644. */
export const plain: TargetRules = {
  routes: new RegExp(`^(${everything}|(GET|PUT|PATCH|DELETE) /${byId})$`),
  query: ['filter', 'startIndex', 'count', 'attributes'],
  filters: { Users: one('externalId', 'userName'), Groups: one('externalId', 'displayName') },
  maxOperations: { Users: 100, Groups: 100 },
  maxMembers: 1000,
  membersInBody: true,
  groupPaths: { add: /./, replace: /./, remove: /./ },
  tellsMembers: 'always',
  answersWrites: 'resource',
  listName: 'Resources',
  announces: { patch: true, etag: false },
};

/** Knows no PATCH, and a PUT is answered without a word of what it did (authentik, PR 25024). */
export const withoutPatch: TargetRules = {
  ...plain,
  routes: new RegExp(`^(${everything}|(GET|PUT|DELETE) /${byId})$`),
  answersWrites: 'nothing',
  announces: { patch: false, etag: false },
};

/** AWS IAM Identity Center, SCIM developer guide: limitations, supported APIs, ListUsers, ListGroups, PatchGroup. */
export const aws: TargetRules = {
  ...plain,
  routes: new RegExp(`^(${everything}|(GET|PATCH|DELETE) /${byId}|PUT /Users/:id)$`),
  query: ['filter', 'count', 'cursor'],
  filters: {
    Users: /^(userName|externalId|id|manager) eq "[^"]*"( and (id|manager) eq "[^"]*")?$/,
    Groups: /^(displayName|externalId|id|members) eq "[^"]*"( and (id|members) eq "[^"]*")?$/,
  },
  maxMembers: 100,
  groupPaths: { add: /^(displayName|externalId|members)$/, replace: /^(displayName|externalId)$/, remove: /^members$/ },
  removesByValue: true,
  singleValues: true,
  needsUserAgent: true,
  tellsMembers: 'never',
  answersWrites: 'nothing',
};

const member = 'value eq "[^"]+"';

/** Keycloak 26.8, SCIM: managing groups, filtering resources. */
export const keycloak: TargetRules = {
  ...plain,
  maxMembers: 100,
  membersInBody: false,
  groupPaths: {
    add: /^members$/,
    replace: /^displayName$/,
    remove: new RegExp(`^members\\[${member}( or ${member})*\\]$`),
  },
  tellsMembers: 'asked',
};

const description = 'urn:ietf:params:scim:schemas:extension:google:2\\.0:CloudIdentityGroup:description';

/**
 * Google Cloud Identity SCIM API: unsupported features, Users.list, Users.patch, Groups.list, Groups.patch. It keeps no
 * ETag; here it even announces that it would.
 */
export const googleCloud: TargetRules = {
  ...plain,
  routes: new RegExp(`^(${everything}|(GET|PATCH|DELETE) /${byId}|PUT /Users/:id)$`),
  query: ['filter'],
  filters: { Users: one('userName'), Groups: one('displayName', 'externalId') },
  maxOperations: { Users: 20, Groups: 2 },
  maxMembers: 1,
  membersInBody: false,
  groupPaths: {
    add: new RegExp(`^(displayName|externalId|members|${description})$`),
    replace: new RegExp(`^(displayName|${description})$`),
    remove: new RegExp(`^(members\\[${member}\\]|${description})$`),
  },
  tellsMembers: 'never',
  answersWrites: 'object',
  listName: 'resources',
  announces: { patch: true, etag: true },
};
