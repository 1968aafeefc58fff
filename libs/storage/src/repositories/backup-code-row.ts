import type { BackupCodeScheme, BackupCodeSet } from '@sparekey/factors';
import { present } from '../database/json.ts';

type Optional = 'confirmedAt' | 'lastUsedAt' | 'endedReason';

export type BackupCodeSetRow = Omit<BackupCodeSet, 'scheme' | Optional> & { schemeVersion: number } & Omit<
    BackupCodeScheme,
    'version'
  > & { [K in Optional]: Exclude<BackupCodeSet[K], undefined> | null };

/** Selects a set with its verifiers in the order of their index; `s` is backup_code_set. */
export const backupCodeSetColumns = `s.id, s.realm_id as "realmId", s.user_id as "userId", s.state,
  s.scheme_version as "schemeVersion", s.memory_kib as "memoryKib", s.iterations, s.parallelism,
  s.pepper_id as "pepperId", s.salt, s.code_count as count, s.codes_left as "left", s.code_length as "codeLength",
  s.group_length as "groupLength", s.selection, s.created_at as "createdAt", s.confirmed_at as "confirmedAt",
  s.expires_at as "expiresAt", s.last_used_at as "lastUsedAt", s.ended_reason as "endedReason",
  array(select c.verifier from backup_code c
        where c.realm_id = s.realm_id and c.user_id = s.user_id and c.set_id = s.id order by c.index) as verifiers`;

export function toBackupCodeSet(row: BackupCodeSetRow): BackupCodeSet {
  const { schemeVersion, memoryKib, iterations, parallelism, pepperId, ...set } = present(row);
  return { ...set, scheme: { version: schemeVersion, memoryKib, iterations, parallelism, pepperId } };
}
