import { revokeSealedCodes } from '@sparekey/realms';
import { breakGlassOn, DEFAULT_REALM } from '../break-glass.ts';
import type { Command } from '../command.ts';
import { operatorNameOf, operatorOption } from '../operator.ts';
import { withStorage } from '../session.ts';
import { realmOf } from './realm-of.ts';

export const breakGlassRevoke: Command = {
  name: 'break-glass revoke',
  operands: ['[REALM]'],
  summary: 'Ends the sealed codes of a realm: for an envelope that is gone, or was opened',
  details: ['What a code opened before stays open: `break-glass close` ends that. REALM is `master` unless named.'],
  options: { operator: operatorOption },
  async run(invocation) {
    const [name = DEFAULT_REALM] = invocation.operands;
    const operator = operatorNameOf(invocation, breakGlassRevoke);
    const { left } = await withStorage(async ({ storage }) =>
      revokeSealedCodes(breakGlassOn(storage), { realm: await realmOf(storage, name), operator }),
    );
    const { output } = invocation;
    output.print(
      output.json ? JSON.stringify({ realm: name, revoked: left }, undefined, 2) : `Revoked: ${left} unused codes.`,
    );
    return 0;
  },
};
