import { z } from 'zod';
import { sourceMappingSchema } from '../mapping/mapping.ts';
import { brake, correlate, remote, whole } from './remote-settings.ts';

/** We read a directory. */
export const sourceSettings = z.strictObject({
  ...remote,
  groups: z.boolean().default(true).describe('Whether groups are read too'),
  correlate: correlate.default('ask'),
  mapping: sourceMappingSchema.prefault({}),
  trustEmail: z
    .boolean()
    .default(false)
    .describe('Whether addresses read there count as verified: whoever reads such an address can begin a recovery'),
  absent: z
    .enum(['none', 'disable'])
    .default('disable')
    .describe('What happens here to somebody who is not found there any more; a group loses its members'),
  brake: brake('Disablings'),
  everyMinutes: whole('Minutes between readings of what changed', 15, 1, 1440),
  fullEveryHours: whole('Hours between full readings', 24, 1, 720),
});
