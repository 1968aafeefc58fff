import { z } from 'zod';
import { seconds } from './setting.ts';

/** As long as any session may last: leaves the end to absoluteSeconds. */
const LONGEST = 3600 * 24 * 90;

const openedBy = (what: string) =>
  seconds(`Session that ${what} opened, within absoluteSeconds`, LONGEST, 300, LONGEST);

/** Single sign-on sessions, by what opened them. */
export const session = z
  .strictObject({
    idleSeconds: seconds('Single sign-on session without activity', 3600 * 12, 300, 3600 * 24 * 30),
    absoluteSeconds: seconds('Single sign-on session at most', 3600 * 24 * 14, 300, LONGEST),
    oneFactorSeconds: openedBy('one factor'),
    multiFactorSeconds: openedBy('two factors'),
    phishingResistantSeconds: openedBy('a passkey'),
  })
  .prefault({})
  .refine((p) => p.idleSeconds <= p.absoluteSeconds, {
    message: 'idleSeconds must not be above absoluteSeconds',
    path: ['idleSeconds'],
  });
