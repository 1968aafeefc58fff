import { enterpriseUser } from '../plan/resource.ts';

/** What most directories expect; externalId is our id, which never changes (RFC 7643 §3.1). */
export const defaultMapping = {
  user: [
    { target: 'externalId', value: 'user.id', match: 1 },
    { target: 'userName', value: 'user.username', match: 2 },
    { target: 'active', value: 'user.enabled' },
    { target: 'name.givenName', value: 'user.firstName' },
    { target: 'name.familyName', value: 'user.lastName' },
    { target: 'displayName', value: 'first(join(" ", user.firstName, user.lastName), user.username)' },
    { target: 'emails[type eq "work"].value', value: 'user.email' },
    { target: 'emails[type eq "work"].primary', value: 'true' },
    { target: 'phoneNumbers[type eq "mobile"].value', value: 'user.phoneNumber' },
    { target: 'locale', value: 'user.locale' },
    { target: `${enterpriseUser}:department`, value: 'user.attributes.department' },
    { target: `${enterpriseUser}:employeeNumber`, value: 'user.attributes.employeeNumber' },
    { target: `${enterpriseUser}:manager.value`, value: 'user.attributes.manager', reference: true },
  ],
  group: [
    { target: 'externalId', value: 'group.id', match: 1 },
    { target: 'displayName', value: 'group.name', match: 2 },
  ],
} as const;

const enterprise = `get(scim, "${enterpriseUser}")`;

/** What most directories say of people; everything else of a resource there stays there. */
export const defaultSourceMapping = {
  user: [
    { target: 'externalId', value: 'scim.externalId', match: 1 },
    { target: 'userName', value: 'scim.userName', match: 2 },
    { target: 'active', value: 'scim.active ?? true' },
    { target: 'name.givenName', value: 'scim.name.givenName' },
    { target: 'name.familyName', value: 'scim.name.familyName' },
    { target: 'displayName', value: 'scim.displayName' },
    { target: 'emails[type eq "work"].value', value: 'typed(scim.emails, "work")' },
    { target: 'emails[type eq "work"].primary', value: 'true' },
    { target: 'locale', value: 'scim.locale' },
    { target: `${enterpriseUser}:department`, value: `get(${enterprise}, "department")` },
    { target: `${enterpriseUser}:employeeNumber`, value: `get(${enterprise}, "employeeNumber")` },
    {
      target: `${enterpriseUser}:manager.value`,
      value: `get(get(${enterprise}, "manager"), "value")`,
      reference: true,
    },
  ],
  group: [
    { target: 'externalId', value: 'scim.externalId', match: 1 },
    { target: 'displayName', value: 'scim.displayName', match: 2 },
  ],
} as const;
