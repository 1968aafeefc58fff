import { page as accountApi } from './account-api.ts';
import { page as attacks } from './attacks/page.ts';
import { page as auditEvents } from './audit-events.ts';
import { page as cli } from './cli.ts';
import { page as errors } from './errors.ts';
import type { Page } from './page.ts';
import { page as policy } from './policy.ts';
import { page as realmFile } from './realm-file.ts';
import { page as scimConnections } from './scim-connections.ts';
import { page as settings } from './settings.ts';

/** Every page that is made from the code. Adding one costs a file here and a line below. */
export const pages: readonly Page[] = [
  accountApi,
  attacks,
  auditEvents,
  cli,
  errors,
  policy,
  realmFile,
  scimConnections,
  settings,
];
