import type { ScimProfile } from '../connection/model.ts';

/** What a target can and cannot do, as far as it changes what we send. */
export interface TargetTraits {
  patch: boolean;
  etag: boolean;
  /** Operations of one PATCH. */
  maxOperations: number;
  /** Members that one request may add or remove. */
  maxMembers: number;
  /** Whether a group may be created with members, or replaced with them. */
  membersInBody: boolean;
  /** How one member is removed: `members[value eq "…"]` (RFC 7644 §3.5.2.2), or `members` with the value beside it. */
  memberRemoval: 'filter' | 'value';
  /** Whether a group that is read tells its members; one that does not is believed to have those that were sent. */
  tellsMembers: boolean;
  /** Only one value of each multi-valued attribute. */
  singleValues: boolean;
}

/** What /ServiceProviderConfig tells (RFC 7643 §5); what it leaves out is undefined. */
export interface AnnouncedTraits {
  patch?: boolean | undefined;
  etag?: boolean | undefined;
}

const usual: TargetTraits = {
  patch: true,
  etag: false,
  maxOperations: 100,
  maxMembers: 1000,
  membersInBody: true,
  memberRemoval: 'filter',
  tellsMembers: true,
  singleValues: false,
};

const differences: Partial<Record<ScimProfile, Partial<TargetTraits>>> = {
  // AWS IAM Identity Center, SCIM developer guide: limitations, GetGroup, PatchGroup.
  aws: {
    maxMembers: 100,
    membersInBody: false,
    memberRemoval: 'value',
    tellsMembers: false,
    singleValues: true,
    etag: false,
  },
  // Keycloak 26.8, SCIM: managing groups.
  keycloak: { maxMembers: 100, membersInBody: false },
  // Google Cloud Identity, SCIM: unsupported features.
  google_cloud: { etag: false },
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
