import { AppError } from '@sparekey/contracts';

/** A place in a realm file, as `users[3].credentials[0].type`, and what is to be said about it. */
export interface Finding {
  path: string;
  why: string;
}

/**
 * Findings that differ only by a number, such as `users[0].notBefore` and `users[1].notBefore`, as one with their count:
 * for people and logs, where a realm of ten thousand would drown everything else.
 */
export function findingKinds(findings: readonly Finding[]): (Finding & { count: number })[] {
  const kinds = new Map<string, Finding & { count: number }>();
  for (const finding of findings) {
    const kind = `${finding.path.replace(/\[\d+\]/g, '[]')}\n${finding.why}`;
    const known = kinds.get(kind);
    if (known === undefined) kinds.set(kind, { ...finding, count: 1 });
    else known.count += 1;
  }
  return [...kinds.values()];
}

/** What an import did. Nothing of the file is missing from it: what was not taken over stands in `unsupported`. */
export interface ImportReport {
  realm: string;
  /** `skipped` when the realm existed and the caller asked to leave it alone: then nothing was written. */
  outcome: 'imported' | 'skipped';
  users: number;
  clients: number;
  roles: number;
  groups: number;
  organizations: number;
  /** Parts of the file that have no effect here, by path. */
  unsupported: Finding[];
  /** What was taken over in another form than it stood there, or needs attention. */
  warnings: Finding[];
}

/** The file cannot be imported as it stands; nothing was written. `problems` lists all of them, by path. */
export class RealmFileError extends AppError {
  readonly problems: readonly Finding[];

  constructor(realm: string | undefined, problems: readonly Finding[]) {
    const list = problems.map(({ path, why }) => `  ${path === '' ? '(file)' : path}: ${why}`).join('\n');
    super('validation_failed', `Realm file${realm === undefined ? '' : ` of ${realm}`} cannot be imported:\n${list}`);
    this.name = 'RealmFileError';
    this.problems = problems;
  }
}
