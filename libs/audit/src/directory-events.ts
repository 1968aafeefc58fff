/** What happens to connections with directories, and what directories do through them; a part of the catalogue. */
export const directoryEvents = {
  'scim_connection.created': {
    severity: 'notice',
    summary: 'A connection with a directory was added',
    detail: ['connection', 'kind', 'profile'],
  },
  'scim_connection.changed': {
    severity: 'notice',
    summary: 'A connection with a directory was changed',
    detail: ['connection', 'kind', 'profile', 'fields'],
  },
  'scim_connection.moved': {
    severity: 'notice',
    summary: 'A connection with a directory was paused, disabled or made active',
    detail: ['connection', 'kind', 'profile', 'state'],
  },
  'scim_connection.quarantined': {
    severity: 'warning',
    summary: 'A connection stopped, because the other side refuses too much',
    detail: ['connection', 'kind', 'profile', 'state'],
  },
  'scim_connection.removed': {
    severity: 'notice',
    summary: 'A connection with a directory was removed',
    detail: ['connection', 'kind', 'profile'],
  },
  'scim_tasks.allowed': {
    severity: 'warning',
    summary:
      'An operator allowed what the brake of a connection held, or what it asked about; of one resource, or of all',
    detail: ['connection', 'count', 'resource'],
  },
  'scim_tasks.retried': {
    severity: 'info',
    summary: 'An operator had that tried again which was given up; of one resource, or of all',
    detail: ['connection', 'count', 'resource'],
  },
  'scim_run.asked': {
    severity: 'info',
    summary: 'An operator had a connection run as a whole; the type says what for',
    detail: ['connection', 'type'],
  },
  'scim.resource_created': {
    severity: 'info',
    summary: 'A directory created a person, a group or another resource',
    detail: ['connection', 'resource', 'type'],
  },
  'scim.resource_changed': {
    severity: 'info',
    summary: 'A directory changed a resource; fields are names of attributes',
    detail: ['connection', 'resource', 'type', 'fields'],
  },
  'scim.resource_deleted': {
    severity: 'notice',
    summary: 'A directory deleted a resource; a person is erased',
    detail: ['connection', 'resource', 'type'],
  },
  'scim.user_activated': {
    severity: 'notice',
    summary: 'A directory let a person sign in again',
    detail: ['connection', 'resource', 'type'],
  },
  'scim.user_deactivated': {
    severity: 'notice',
    summary: 'A directory ended what a person may do here',
    detail: ['connection', 'resource', 'type'],
  },
  'scim_token.issued': {
    severity: 'notice',
    summary: 'A bearer token of a connection was issued',
    detail: ['connection', 'resource', 'expiresAt'],
  },
  'scim_token.revoked': {
    severity: 'notice',
    summary: 'A bearer token of a connection was revoked',
    detail: ['connection', 'resource'],
  },
  'scim_token.expiring': {
    severity: 'warning',
    summary: 'A bearer token of a connection ends soon',
    detail: ['connection', 'resource', 'days'],
  },
} as const;
