import type { PolicyOverride } from './override.ts';

/** Settings under one name, to begin with; they fit a realm and an organization alike. */
export const policyPresets = {
  'nist-recovery': {
    about: 'Saved recovery codes of at least 64 bits, 16 symbols (SP 800-63B-4 §4.2.2)',
    settings: { backupCodes: { groups: 4, groupLength: 4 } },
  },
  'nist-look-up': {
    about: 'Look-up secrets asked for by their number (SP 800-63B-4 §3.1.2)',
    settings: { backupCodes: { selection: 'numbered' } },
  },
} as const satisfies Record<string, { about: string; settings: PolicyOverride }>;

export type PolicyPreset = keyof typeof policyPresets;
