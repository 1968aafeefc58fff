import type { Finding } from './report.ts';

/** Collects what is to be said about a file while it is read. */
export interface Findings {
  /** Each of them stops the import. */
  problems: Finding[];
  unsupported: Finding[];
  warnings: Finding[];
}

export const noFindings = (): Findings => ({ problems: [], unsupported: [], warnings: [] });
