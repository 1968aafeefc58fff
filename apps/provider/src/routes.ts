import { accountRoutes } from './account/routes.ts';
import { accountApiRoutes } from './account-api/routes.ts';
import { assetRoutes } from './asset-routes.ts';
import { signInRoutes } from './interaction/routes.ts';
import { mailLinkRoutes } from './mail-links/routes.ts';
import { messageRoutes } from './messages/routes.ts';
import type { RouteGroup } from './route-group.ts';
import { scimRoutes } from './scim/routes.ts';
import type { Services } from './services.ts';

/** Everything that is served beside the protocol endpoints, in the order in which it is asked. */
export function productRoutes(services: Services): readonly RouteGroup[] {
  return [
    assetRoutes(),
    signInRoutes(services),
    mailLinkRoutes(services),
    accountRoutes(services),
    accountApiRoutes(services),
    messageRoutes(services),
    scimRoutes(services),
  ];
}
