import type { Command } from '../command.ts';
import { withStorage } from '../session.ts';
import { table } from '../table.ts';
import { realmOf } from './realm-of.ts';

const LIMIT = 1000;

export const recoveryList: Command = {
  name: 'recovery list',
  operands: ['REALM'],
  summary: 'Lists recoveries that wait, with what made them look unusual',
  details: ['A recovery waits for its time, when there is one, or for `recovery approve`. The newest comes first.'],
  options: { all: { about: 'Also those that went on, were stopped or are done' } },
  async run({ operands: [name = ''], flag, output }) {
    const cases = await withStorage(async ({ storage }) => {
      const realm = await realmOf(storage, name);
      const found = await storage.stores.recoveryCases.list(realm.id, { all: flag('all'), limit: LIMIT });
      return Promise.all(
        found.map(
          async ({ id, userId, by, level, score, reasons, state, until, approvals, approvalsNeeded, createdAt }) => ({
            case: id,
            user: (await storage.stores.users.byId(realm.id, userId))?.username ?? userId,
            by,
            level,
            score,
            reasons,
            state,
            until,
            approvals,
            approvalsNeeded,
            createdAt,
          }),
        ),
      );
    });
    if (output.json) {
      output.print(JSON.stringify(cases, undefined, 2));
      return 0;
    }
    const rows = cases.map((each) => [
      each.case,
      each.user,
      `${each.level} (${each.score})`,
      each.reasons.join(' '),
      each.state,
      each.until?.toISOString() ?? '',
      `${each.approvals.length} of ${each.approvalsNeeded}`,
    ]);
    output.print(table(['case', 'user', 'risk', 'because of', 'state', 'until', 'approvals'], rows));
    return 0;
  },
};
