import type { AtRisk } from '@sparekey/storage';
import type { Command } from '../command.ts';
import { csvLine } from '../csv.ts';
import { progressTo } from '../progress.ts';
import { withStorage } from '../session.ts';
import { table } from '../table.ts';
import { realmOf } from './realm-of.ts';

const PAGE = 1000;
const head = ['user', 'email', 'device', 'name', 'codes'] as const;

const rowOf = ({ username, email, kind, label, codes }: AtRisk) => [username, email ?? '', kind, label, codes];

export const recoveryForecast: Command = {
  name: 'recovery forecast',
  operands: ['REALM'],
  summary: 'Lists people whom the loss of one device would lock out',
  details: [
    'They hold exactly one second factor that the policy allows, and no backup code that works: none were made, all are used, or the set expired. People are read page by page, and CSV is written so: a realm of any size fits.',
  ],
  options: { csv: { about: 'Comma-separated values, with a head line, for a spreadsheet' } },
  async run({ operands: [name = ''], flag, output }) {
    const csv = flag('csv') && !output.json;
    const found: AtRisk[] = [];
    if (csv) output.print(csvLine(head));
    await withStorage(async ({ storage: { stores, forecast } }) => {
      const realm = await realmOf({ stores }, name);
      const progress = progressTo(process.stderr);
      const total = await forecast.count(realm.id);
      let done = 0;
      let after: string | undefined;
      do {
        const page = await forecast.page(realm.id, realm.policy.secondFactor.allowed, after, PAGE);
        if (csv) for (const each of page.found) output.print(csvLine(rowOf(each)));
        else found.push(...page.found);
        done += page.looked;
        progress({ phase: 'reading people', done: Math.min(done, total), total });
        after = page.last;
      } while (after !== undefined);
    });
    if (output.json) output.print(JSON.stringify(found, undefined, 2));
    else if (!csv) output.print(table(head, found.map(rowOf)));
    return 0;
  },
};
