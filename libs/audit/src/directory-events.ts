/** What happens to connections with directories; a part of the catalogue. */
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
    summary: 'An operator allowed what the brake of a target held, or what it asked about',
    detail: ['connection', 'count'],
  },
  'scim_tasks.retried': {
    severity: 'info',
    summary: 'An operator had a target tried again with what it refused',
    detail: ['connection', 'count'],
  },
} as const;
