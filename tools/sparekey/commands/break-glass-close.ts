import { closeBreakGlass } from '@sparekey/realms';
import { breakGlassOn, DEFAULT_REALM } from '../break-glass.ts';
import type { Command } from '../command.ts';
import { operatorNameOf, operatorOption } from '../operator.ts';
import { withStorage } from '../session.ts';
import { realmOf } from './realm-of.ts';

export const breakGlassClose: Command = {
  name: 'break-glass close',
  operands: ['OPENING', '[REALM]'],
  summary: 'Closes what a sealed code opened',
  details: [
    'An unused pass is good for nothing then. An account that was made for this is disabled and its sessions end; an administrator who got in stays in. REALM is `master` unless named.',
  ],
  options: { operator: operatorOption },
  async run(invocation) {
    const [opening = '', name = DEFAULT_REALM] = invocation.operands;
    const operator = operatorNameOf(invocation, breakGlassClose);
    const closed = await withStorage(async ({ storage }) =>
      closeBreakGlass(breakGlassOn(storage), { realm: await realmOf(storage, name), opening, operator }),
    );
    const { output } = invocation;
    const used = closed.usedAt !== undefined;
    output.print(
      output.json ? JSON.stringify({ opening, used }, undefined, 2) : `Closed; the pass was ${used ? '' : 'not '}used.`,
    );
    return 0;
  },
};
