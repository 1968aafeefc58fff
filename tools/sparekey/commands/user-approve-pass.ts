import { AppError } from '@sparekey/contracts';
import type { Command } from '../command.ts';
import { operatorOf, operatorOptions } from '../operator.ts';
import { withStorage } from '../session.ts';
import { realmOf } from './realm-of.ts';

export const userApprovePass: Command = {
  name: 'user approve-pass',
  operands: ['REALM', 'PASS'],
  summary: 'Approves a pass that another operator issued to a privileged person',
  details: [],
  options: operatorOptions,
  async run(invocation) {
    const { operands, output } = invocation;
    const [name = '', pass = ''] = operands;
    const { operator, reason } = operatorOf(invocation, userApprovePass);
    await withStorage(async ({ storage }) => {
      const realm = await realmOf(storage, name);
      await storage.transaction(async (stores) => {
        const approved = await stores.recoveryPasses.approve(realm.id, pass, operator);
        if (approved === undefined) {
          throw new AppError('not_found', `No pass ${pass} waits for ${operator}: it is used, expired, or their own`);
        }
        await stores.audit.append({
          type: 'recovery_pass.approved',
          realmId: realm.id,
          actor: { kind: 'operator', name: operator },
          subject: approved.userId,
          outcome: 'success',
          detail: { pass, why: reason },
        });
      });
    });
    output.print(output.json ? JSON.stringify({ pass, approved: true }, undefined, 2) : 'Approved.');
    return 0;
  },
};
