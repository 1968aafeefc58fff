/** A step of a group path; a slash inside a name is written `~/`, as Keycloak does. */
export const pathStep = (name: string): string => `/${name.replaceAll('/', '~/')}`;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The id when it is a UUID: kept, so that `sub` and references from outside stay true. Else a new one is made. */
export const keptId = (id: string | undefined): string | undefined =>
  id !== undefined && uuid.test(id) ? id.toLowerCase() : undefined;
