import { z } from 'zod';
import { brake, correlate, remote, whole } from './remote-settings.ts';

/** A directory that targets can leave out; its settings are kept for the reading, which is not there yet. */
export const sourceSettings = z.strictObject({
  ...remote,
  groups: z.boolean().default(true).describe('Whether groups are read too'),
  correlate,
  absent: z
    .enum(['none', 'disable'])
    .default('disable')
    .describe('What happens here to somebody whom a full reading does not find any more'),
  brake: brake('Disablings'),
  everyMinutes: whole('Minutes between readings of what changed', 15, 1, 1440),
  fullEveryHours: whole('Hours between full readings', 24, 1, 720),
});
