import { normaliseLogin } from '@sparekey/realms';
import type { AtRisk } from '@sparekey/storage';
import type { Command } from '../command.ts';
import { withStorage } from '../session.ts';
import { table } from '../table.ts';
import { realmOf } from './realm-of.ts';

const PAGE = 1000;
const head = ['user', 'email', 'device', 'name', 'codes'] as const;

/** A cell of RFC 4180; what a spreadsheet would take for a formula is set off with an apostrophe. */
function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

const rowOf = ({ username, email, kind, label, codes }: AtRisk) => [username, email ?? '', kind, label, codes];

export const recoveryForecast: Command = {
  name: 'recovery forecast',
  operands: ['REALM'],
  summary: 'Lists people whom the loss of one device would lock out',
  details: [
    'They hold exactly one second factor, and no backup code that works: none were made, all are used, or the set expired.',
  ],
  options: { csv: { about: 'Comma-separated values, with a head line, for a spreadsheet' } },
  async run({ operands: [name = ''], flag, output }) {
    const found: AtRisk[] = [];
    await withStorage(async ({ storage }) => {
      const realm = await realmOf(storage, name);
      for (let after: string | undefined; ; ) {
        const page = await storage.forecast.page(realm.id, after, PAGE);
        found.push(...page);
        const last = page.at(-1);
        if (page.length < PAGE || last === undefined) return;
        after = normaliseLogin(last.username);
      }
    });
    if (output.json) output.print(JSON.stringify(found, undefined, 2));
    else if (flag('csv'))
      output.print([[...head], ...found.map(rowOf)].map((row) => row.map(cell).join(',')).join('\r\n'));
    else output.print(table(head, found.map(rowOf)));
    return 0;
  },
};
