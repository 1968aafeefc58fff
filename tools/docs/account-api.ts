import { accountOpenApi } from '@sparekey/contracts';
import type { Page } from './page.ts';

/** The document that a provider serves at `/realms/{realm}/account/api/openapi.json`. */
export const page: Page = {
  path: 'docs/reference/account-api.openapi.json',
  render: () => `${JSON.stringify(accountOpenApi(), null, 2)}\n`,
};
