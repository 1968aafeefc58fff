import type { ScimProfile } from '../connection/model.ts';
import type { ResourceKind } from './resource.ts';

/** What a target can and cannot do, as far as it changes what we send. */
export interface TargetTraits {
  patch: boolean;
  etag: boolean;
  /** Operations of one PATCH of a person, and of a group. */
  maxOperations: { [kind in ResourceKind]: number };
  /** Members that one request may add or remove. */
  maxMembers: number;
  /** Whether a group may be created with members, or replaced with them. */
  membersInBody: boolean;
  /** When a group that is read says who is in it: by itself, if it is asked to by name (RFC 7643 §7 `request`), or never. */
  tellsMembers: 'always' | 'asked' | 'never';
  /** How one member is removed: `members[value eq "…"]` (RFC 7644 §3.5.2.2), or `members` with the value beside it. */
  memberRemoval: 'filter' | 'value';
  /** Only one value of each multi-valued attribute. */
  singleValues: boolean;
  /** Whether a search takes `startIndex` and `count`. */
  pages: boolean;
  /** How `externalId` is set; of an attribute with one value both mean the same (RFC 7644 §3.5.2.1). */
  externalIdBy: 'replace' | 'add';
}

/** What /ServiceProviderConfig tells (RFC 7643 §5); what it leaves out is undefined. */
export interface AnnouncedTraits {
  patch?: boolean | undefined;
  etag?: boolean | undefined;
}

const usual: TargetTraits = {
  patch: true,
  etag: false,
  maxOperations: { user: 100, group: 100 },
  maxMembers: 1000,
  membersInBody: true,
  tellsMembers: 'always',
  memberRemoval: 'filter',
  singleValues: false,
  pages: true,
  externalIdBy: 'replace',
};

const differences: Partial<Record<ScimProfile, Partial<TargetTraits>>> = {
  // AWS IAM Identity Center, SCIM developer guide: limitations, PatchGroup, GetGroup, ListUsers.
  aws: {
    patch: true,
    etag: false,
    maxMembers: 100,
    membersInBody: false,
    tellsMembers: 'never',
    memberRemoval: 'value',
    singleValues: true,
    pages: false,
  },
  // Keycloak 26.8, SCIM: managing groups, filtering resources.
  keycloak: { patch: true, maxMembers: 100, membersInBody: false, tellsMembers: 'asked' },
  // Google Cloud Identity, SCIM: unsupported features, Groups.patch, Users.patch, Groups.
  google_cloud: {
    patch: true,
    etag: false,
    maxOperations: { user: 20, group: 2 },
    maxMembers: 1,
    membersInBody: false,
    tellsMembers: 'never',
    pages: false,
    externalIdBy: 'add',
  },
};

/** A profile has the last word: some servers announce what they do not keep. */
export function traitsOf(profile: ScimProfile, announced: AnnouncedTraits = {}): TargetTraits {
  const told = Object.fromEntries(Object.entries(announced).filter(([, value]) => value !== undefined));
  return { ...usual, ...told, ...differences[profile] };
}

/** Reads a ServiceProviderConfig; anything else tells nothing. */
export function announcedTraits(config: unknown): AnnouncedTraits {
  const supported = (name: 'patch' | 'etag'): boolean | undefined => {
    const part = typeof config === 'object' && config !== null ? (config as Record<string, unknown>)[name] : undefined;
    const value = typeof part === 'object' && part !== null ? (part as Record<string, unknown>).supported : undefined;
    return typeof value === 'boolean' ? value : undefined;
  };
  return { patch: supported('patch'), etag: supported('etag') };
}
