import { openBreakGlass } from '@sparekey/realms';
import { askSecret } from '../ask.ts';
import { breakGlassOn, DEFAULT_REALM } from '../break-glass.ts';
import type { Command } from '../command.ts';
import { minutesOf, operatorOf, operatorOptions } from '../operator.ts';
import { withStorage } from '../session.ts';
import { realmOf } from './realm-of.ts';

export const breakGlassOpen: Command = {
  name: 'break-glass open',
  operands: ['NAME', '[REALM]'],
  summary: 'Spends a sealed code on a way in for one administrator, whatever kept them out',
  details: [
    'The code is asked for, or read from standard input; it never stands in the arguments. The pass that is printed is typed in place of the password, once, within minutes; then the administrator sets up a new device and chooses a new password.',
    'NAME is an administrator of REALM (`master` unless named): a disabled one is enabled, waits and freezes end. With --new an account of that name is made instead, and disabled again by `break-glass close`.',
    'Every administrator is told by mail, webhooks are called, and this is shown as open until `break-glass close`.',
  ],
  options: {
    ...operatorOptions,
    minutes: { value: 'N', about: 'How long the pass can be used: 5 to 120, by default 30' },
    new: { about: 'Makes an account of that name: for when those that are there cannot be trusted' },
  },
  async run(invocation) {
    const { operands, output, flag } = invocation;
    const [login = '', name = DEFAULT_REALM] = operands;
    const { operator, reason } = operatorOf(invocation, breakGlassOpen);
    const minutes = minutesOf(invocation, breakGlassOpen, { least: 5, most: 120, usual: 30 });
    const code = await askSecret('Sealed code: ');
    const opened = await withStorage(async ({ storage }) => {
      const realm = await realmOf(storage, name);
      const request = { realm, login, makeAccount: flag('new'), code, operator, why: reason, minutes };
      return openBreakGlass(breakGlassOn(storage), request);
    });
    if (output.json) output.print(JSON.stringify(opened, undefined, 2));
    else output.print(opened.pass);
    output.note(`Good until ${opened.expiresAt.toISOString()}, once, in place of the password of ${opened.user}.`);
    output.note(`Sealed codes left: ${opened.left}. Every administrator is being told.`);
    output.note(
      `When you are in: npm run sparekey -- break-glass close ${opened.opening} ${name} --operator ${operator}`,
    );
    return 0;
  },
};
