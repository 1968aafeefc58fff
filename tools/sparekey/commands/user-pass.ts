import { randomBytes } from 'node:crypto';
import { AppError } from '@sparekey/contracts';
import { createRecoveryPasses } from '@sparekey/factors';
import type { Command } from '../command.ts';
import { minutesOf, operatorOf, operatorOptions } from '../operator.ts';
import { withStorage } from '../session.ts';
import { realmOf } from './realm-of.ts';

export const userPass: Command = {
  name: 'user pass',
  operands: ['REALM', 'NAME'],
  summary: 'Issues a pass to somebody who lost every way back in',
  details: [
    'The person types it in place of a backup code, after their password, once, within minutes; then they set up a new device. It is printed here and kept nowhere; an earlier pass ends. Their backup codes are neither shown nor changed.',
    'For people with a privileged role (`recovery.privilegedRoles` of the policy) it counts once another operator has run `user approve-pass`.',
  ],
  options: { ...operatorOptions, minutes: { value: 'N', about: 'How long it is good: 5 to 60, by default 15' } },
  async run(invocation) {
    const { operands, output } = invocation;
    const [name = '', login = ''] = operands;
    const { operator, reason } = operatorOf(invocation, userPass);
    const minutes = minutesOf(invocation, userPass, { least: 5, most: 60, usual: 15 });
    const issued = await withStorage(async ({ storage }) => {
      const realm = await realmOf(storage, name);
      const person = await storage.stores.users.byLogin(realm.id, login);
      if (!person?.enabled) throw new AppError('not_found', `There is no enabled person ${login} in realm ${name}`);
      const claims = await storage.stores.users.claims(realm.id, person.id);
      const roles = [...(claims?.realmRoles ?? []), ...Object.values(claims?.clientRoles ?? {}).flat()];
      const needsApproval = roles.some((role) => realm.policy.recovery.privilegedRoles.includes(role));
      const passes = createRecoveryPasses({ key: storage.keyring.deriveKey('recovery-pass'), random: randomBytes });
      const { code, digest } = passes.make(realm.id, person.id);
      return storage.transaction(async (stores) => {
        const pass = { realmId: realm.id, userId: person.id, digest, operator, needsApproval, minutes };
        const { id, expiresAt } = await stores.recoveryPasses.issue(pass);
        await stores.audit.append({
          type: 'recovery_pass.issued',
          realmId: realm.id,
          actor: { kind: 'operator', name: operator },
          subject: person.id,
          outcome: 'success',
          detail: { pass: id, why: reason, minutes, needsApproval },
        });
        return { pass: id, code, expiresAt, needsApproval };
      });
    });
    if (output.json) output.print(JSON.stringify(issued, undefined, 2));
    else output.print(issued.code);
    output.note(`Good until ${issued.expiresAt.toISOString()}, once, after the password of ${login}.`);
    if (issued.needsApproval) {
      output.note(`Not yet: another operator has to run: npm run sparekey -- user approve-pass ${name} ${issued.pass}`);
    }
    return 0;
  },
};
