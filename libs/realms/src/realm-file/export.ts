import type { RealmFileInput } from '@sparekey/contracts';
import type { Progress, RealmFileStores } from './ports.ts';
import type { Finding } from './report.ts';

export interface RealmExport {
  /** Holds client secrets, TOTP seeds and password hashes, as an export of Keycloak does: guard it like the database. */
  file: RealmFileInput;
  /** What the realm has and the file does not. */
  notExported: Finding[];
}

/**
 * The realm as a file that `importRealmFile` takes, in a fixed order, so that two exports of an unchanged realm are
 * the same text. Errors: `not_found`.
 */
export async function exportRealmFile(
  realm: string,
  stores: RealmFileStores,
  onProgress?: (progress: Progress) => void,
): Promise<RealmExport> {
  throw new Error(`not yet: ${realm} ${typeof stores} ${typeof onProgress}`);
}
