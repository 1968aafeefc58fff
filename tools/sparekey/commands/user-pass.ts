import { issuePass, PASS_MINUTES } from '@sparekey/realms';
import type { Command } from '../command.ts';
import { deciding } from '../help-desk.ts';
import { minutesOf, operatorOptions } from '../operator.ts';

export const userPass: Command = {
  name: 'user pass',
  operands: ['REALM', 'NAME'],
  summary: 'Issues a pass to somebody who lost every way back in',
  details: [
    'The person types it in place of a backup code, after their password, once, within minutes; then they set up a new device. It is printed here and kept nowhere; an earlier pass ends. Their backup codes are neither shown nor changed. They are told, with a way to stop it.',
    'For people with a privileged role (`recovery.privilegedRoles` of the policy) it counts once another administrator has run `user approve-pass`; with `recovery.passWaitHours` it counts after that time.',
  ],
  options: {
    ...operatorOptions,
    minutes: {
      value: 'N',
      about: `How long it is good: ${PASS_MINUTES.least} to ${PASS_MINUTES.most}, by default ${PASS_MINUTES.usual}`,
    },
  },
  async run(invocation) {
    const { operands, output } = invocation;
    const [name = '', login = ''] = operands;
    const minutes = minutesOf(invocation, userPass, PASS_MINUTES);
    const issued = await deciding(invocation, userPass, ({ helpDesk, ...decision }) =>
      issuePass(helpDesk, { ...decision, login, minutes }),
    );
    if (output.json) output.print(JSON.stringify(issued, undefined, 2));
    else output.print(issued.code);
    const from = issued.usableAt.getTime() > Date.now() ? `from ${issued.usableAt.toISOString()} ` : '';
    output.note(
      `Good ${from}until ${issued.expiresAt.toISOString()}, once, after the password of ${issued.user}; to stop it: npm run sparekey -- user revoke-pass ${name} ${issued.pass}`,
    );
    if (issued.needsApproval) {
      output.note(
        `Not yet: another administrator has to run: npm run sparekey -- user approve-pass ${name} ${issued.pass}`,
      );
    }
    return 0;
  },
};
