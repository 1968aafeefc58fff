import type { ImportDependencies, ImportOptions } from './ports.ts';
import type { ImportReport } from './report.ts';

/**
 * Imports one realm from its parsed JSON: all of it in one transaction, or nothing. Keys of Keycloak's part that have
 * no effect here are listed in the report by path and never fail the import.
 * Errors: RealmFileError with every problem by path; `conflict` when the realm exists and `ifExists` is `fail`.
 */
export async function importRealmFile(
  file: unknown,
  dependencies: ImportDependencies,
  options: ImportOptions,
): Promise<ImportReport> {
  throw new Error(`not yet: ${typeof file} ${typeof dependencies} ${options.ifExists}`);
}
