import { z } from 'zod';
import { lower, seconds } from './setting.ts';

/** As long as any session may last: leaves the end to absoluteSeconds. */
const LONGEST_SESSION = 3600 * 24 * 90;

/** Single sign-on sessions, by what opened them. */
export const session = z
  .strictObject({
    idleSeconds: lower(seconds('Single sign-on session without activity', 3600 * 12, 300, 3600 * 24 * 30)),
    absoluteSeconds: lower(seconds('Single sign-on session at most', 3600 * 24 * 14, 300, LONGEST_SESSION)),
    oneFactorSeconds: lower(
      seconds('Session that one factor opened, within absoluteSeconds', LONGEST_SESSION, 300, LONGEST_SESSION),
    ),
    multiFactorSeconds: lower(
      seconds('Session that two factors opened, within absoluteSeconds', LONGEST_SESSION, 300, LONGEST_SESSION),
    ),
    phishingResistantSeconds: lower(
      seconds('Session that a passkey opened, within absoluteSeconds', LONGEST_SESSION, 300, LONGEST_SESSION),
    ),
  })
  .prefault({})
  .refine((p) => p.idleSeconds <= p.absoluteSeconds, {
    message: 'idleSeconds must not be above absoluteSeconds',
    path: ['idleSeconds'],
  });
