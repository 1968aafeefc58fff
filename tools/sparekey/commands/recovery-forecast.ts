import { type Exposed, soleDevice } from '@sparekey/factors';
import { effectivePolicy, type Policy } from '@sparekey/policy';
import type { Realm } from '@sparekey/realms';
import type { Storage } from '@sparekey/storage';
import type { Command } from '../command.ts';
import { csvLine } from '../csv.ts';
import { listWriter } from '../list-writer.ts';
import { progressTo } from '../progress.ts';
import { withStorage } from '../session.ts';
import { realmOf } from './realm-of.ts';

const PAGE = 1000;
const head = ['user', 'email', 'device', 'name', 'codes'] as const;

/** Someone whom the loss of this device would lock out. */
type AtRisk = Pick<Exposed, 'userId' | 'username' | 'email' | 'codes'> & { kind: string; label: string };

const rowOf = ({ username, email, kind, label, codes }: AtRisk) => [username, email ?? '', kind, label, codes];

/** The policy of a person by the organizations that decide of it, merged once for each combination. */
async function policies({ stores }: Pick<Storage, 'stores'>, realm: Realm): Promise<(of: Exposed) => Policy> {
  const overrides = await stores.policies.overrides(realm.id);
  const merged = new Map<string, Policy>();
  return ({ organizations }) => {
    const key = organizations.join(' ');
    const known = merged.get(key);
    if (known !== undefined) return known;
    const deciding = overrides.filter(({ id }) => organizations.includes(id));
    const named = deciding.map(({ alias: name, override }) => ({ name, override }));
    const { policy } = effectivePolicy(realm.policy, named);
    merged.set(key, policy);
    return policy;
  };
}

function atRisk(person: Exposed, policy: Policy): AtRisk[] {
  const device = soleDevice(person, policy);
  const { userId, username, email, codes } = person;
  return device === undefined ? [] : [{ userId, username, email, ...device, codes }];
}

export const recoveryForecast: Command = {
  name: 'recovery forecast',
  operands: ['REALM'],
  summary: 'Lists people whom the loss of one device would lock out',
  details: [
    'They hold exactly one second factor that the policy they are under allows, and no backup code that works: none were made, all are used, or the set expired. People are read page by page and written so, in every form: a realm of any size fits.',
  ],
  options: { csv: { about: 'Comma-separated values, with a head line, for a spreadsheet' } },
  async run({ operands: [name = ''], flag, output }) {
    const csv = flag('csv') && !output.json;
    const form = csv ? { head: csvLine(head), line: (one: AtRisk) => csvLine(rowOf(one)) } : { head, row: rowOf };
    await withStorage(async ({ storage }) => {
      const { stores, forecast } = storage;
      const realm = await realmOf({ stores }, name);
      const writer = listWriter<AtRisk>(output, form);
      const policyOf = await policies(storage, realm);
      const progress = progressTo(process.stderr);
      const total = await forecast.count(realm.id);
      let done = 0;
      let after: string | undefined;
      do {
        const page = await forecast.page(realm.id, after, PAGE);
        writer.add(page.found.flatMap((person) => atRisk(person, policyOf(person))));
        done += page.looked;
        progress({ phase: 'reading people', done: Math.min(done, total), total });
        after = page.last;
      } while (after !== undefined);
      writer.end();
    });
    return 0;
  },
};
