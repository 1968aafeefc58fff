import { z } from 'zod';
import { mappingSchema } from '../mapping/mapping.ts';
import { brake, correlate, remote, whole } from './remote-settings.ts';

/** We write to a directory. */
export const targetSettings = z.strictObject({
  ...remote,
  people: z
    .enum(['all', 'groups'])
    .default('all')
    .describe('Everyone of the realm or organization, or only members of `groups`'),
  groups: z
    .array(z.string().min(1).max(2048))
    .max(1000)
    .default([])
    .describe('Paths of groups that are kept in step; none for none, `*` for all'),
  exceptFrom: z
    .array(z.string().max(63))
    .max(100)
    .default([])
    .describe(
      'Names of sources and servers whose people and groups are not sent; those of a source with this very address never are',
    ),
  correlate: correlate.default('adopt'),
  mapping: mappingSchema.prefault({}),
  deprovision: z
    .strictObject({
      policy: z
        .enum(['none', 'disable', 'disable_then_delete', 'delete'])
        .default('disable')
        .describe('What happens to somebody who is out of scope, disabled or deleted here'),
      deleteAfterDays: whole('Days between the two for `disable_then_delete`', 30, 1, 3650),
    })
    .prefault({}),
  brake: brake('Deprovisionings'),
  requestsPerSecond: whole('Requests a second, over all workers', 20, 1, 1000),
  maxInFlight: whole('Requests at a time, over all workers', 4, 1, 64),
});
