import { z } from 'zod';

/** What people may do to their account by themselves. */
export const account = z
  .strictObject({
    deletion: z
      .boolean()
      .default(false)
      .describe(
        'Whether people may delete their own account. Off by default: it cannot be undone, and most accounts belong to an organization that has duties of its own',
      ),
  })
  .prefault({});
