/** What an argon2id evaluation costs (RFC 9106). */
export interface HashCost {
  memoryKib: number;
  iterations: number;
  parallelism: number;
}

/**
 * Costs of new hashes, of passwords and of backup codes. `standard` is OWASP's first choice (Password Storage Cheat
 * Sheet), `strong` the second recommendation of RFC 9106 §4 with one lane.
 */
export const hashingProfiles = {
  standard: { memoryKib: 19_456, iterations: 2, parallelism: 1 },
  strong: { memoryKib: 65_536, iterations: 3, parallelism: 1 },
} as const satisfies Record<string, HashCost>;

export type HashingProfile = keyof typeof hashingProfiles;
