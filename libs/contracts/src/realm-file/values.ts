import { z } from 'zod';

/** Multi-valued attributes. Keycloak reads a bare string as a list of one, so we do too. */
export const attributeLists = z.record(
  z.string(),
  z.union([z.array(z.string()), z.string().transform((value) => [value])]),
);

export const roleNames = z.array(z.string());

/** client_id → role names */
export const clientRoleNames = z.record(z.string(), roleNames);

/** Any text: Keycloak's own ids are UUIDs, but hand-written files often carry a name here. */
export const id = z.string();
