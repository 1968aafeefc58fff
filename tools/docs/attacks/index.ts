import type { Attack } from './attack.ts';
import { factorAttacks } from './factors.ts';
import { laterAttacks } from './later.ts';
import { protocolAttacks } from './protocol.ts';
import { recoveryAttacks } from './recovery.ts';
import { signInAttacks } from './sign-in.ts';

export type { Attack } from './attack.ts';

const numberOf = ({ id }: Attack): number => Number(id.slice(1));

/** Every hole that is known, in order of its number. */
export const holes: readonly Attack[] = [
  ...protocolAttacks,
  ...factorAttacks,
  ...signInAttacks,
  ...laterAttacks,
].toSorted((one, other) => numberOf(one) - numberOf(other));

export { recoveryAttacks };
