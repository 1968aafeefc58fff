/** What a kind of client gets wrong or leaves to taste, and is taken as it means it. */
export interface Tolerances {
  /** Attributes and schemas that the type does not have are ignored instead of refused. */
  readonly unknown: boolean;
  /** `"True"` for `true`. */
  readonly quotedBooleans: boolean;
  /** `"id"` for `{"value": "id"}`, and one element for an array of one. */
  readonly bareValues: boolean;
  /** `"name.givenName"` and `"urn:…:department"` as keys of a value without a path. */
  readonly pathKeys: boolean;
  /** A path that chooses no element makes one. */
  readonly createUnmatched: boolean;
  /** A PATCH without `schemas`. */
  readonly missingPatchSchema: boolean;
}

export const profileNames = ['strict', 'entra', 'okta', 'jumpcloud', 'google', 'generic'] as const;
export type ProfileName = (typeof profileNames)[number];

const strict: Tolerances = {
  unknown: false,
  quotedBooleans: false,
  bareValues: false,
  pathKeys: false,
  createUnmatched: false,
  missingPatchSchema: false,
};

/** The dialects of facts known about clients; `strict` is RFC 7644 to the letter. */
export const profiles: Record<ProfileName, Tolerances> = {
  strict,
  entra: { ...strict, unknown: true, quotedBooleans: true, bareValues: true, pathKeys: true, createUnmatched: true },
  okta: { ...strict, unknown: true, bareValues: true },
  jumpcloud: { ...strict, unknown: true, bareValues: true, missingPatchSchema: true },
  google: { ...strict, unknown: true, bareValues: true },
  generic: {
    unknown: true,
    quotedBooleans: true,
    bareValues: true,
    pathKeys: true,
    createUnmatched: true,
    missingPatchSchema: true,
  },
};
