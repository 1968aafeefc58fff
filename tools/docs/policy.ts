import { type PolicySetting, policyPresets, policySettings, riskSigns, type Strictness } from '@sparekey/policy';
import { z } from 'zod';
import { generatedFrom, markdownTable, type Page } from './page.ts';

interface JsonSchema {
  type?: string;
  minimum?: number;
  maximum?: number;
  enum?: unknown[];
  items?: JsonSchema;
  additionalProperties?: JsonSchema;
}

function accepts(schema: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.type === 'boolean') return '`true`, `false`';
  if (schema.type === 'integer') return `${schema.minimum} to ${schema.maximum}`;
  if (schema.type === 'array') return `a list of ${accepts(schema.items ?? {})}`;
  if (schema.type === 'object') return `a record of ${accepts(schema.additionalProperties ?? {})}`;
  return 'text';
}

const directions: Record<Strictness['stricter'], string> = {
  lower: 'lower',
  higher: 'higher',
  later: '',
  union: 'more of them',
  intersection: 'fewer of them',
  later_of_each: '',
};

/** Which way an organization may move a setting. */
function stricter(strictness: Strictness | undefined): string {
  if (strictness === undefined) return 'the realm alone';
  if ('order' in strictness) return strictness.order.map((value) => `\`${value}\``).join(' → ');
  return directions[strictness.stricter];
}

function row({ path, schema, default: value, description, strictness }: PolicySetting): string[] {
  const json = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
  const spelled = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return [`\`${path}\``, spelled, accepts(json), stricter(strictness), description];
}

export const page: Page = {
  path: 'docs/reference/policy.md',
  render: () =>
    [
      generatedFrom('libs/policy/src/'),
      '# Policy',
      '',
      'Everything an administrator decides for a realm. `npm run sparekey -- policy show REALM` prints what is in force, `policy set` changes it, `policy explain REALM --user NAME` tells which policy a person is under; in a realm file it stands under `sparekey.policy`. How to go about it: [how-to/policies.md](../how-to/policies.md).',
      '',
      'The column *stricter* says which way an organization may move a setting. For a person in several organizations the strictest counts.',
      '',
      markdownTable(['Setting', 'Default', 'Accepts', 'Stricter', 'Meaning'], policySettings.map(row)),
      '',
      '## Risk',
      '',
      'What makes a recovery, or a sign-in where risk decides, look unusual. The points of all signs that are seen are added, to 100 at most, and `recovery.risk.medium` and `recovery.risk.high` say what the sum means. `recovery.whenMedium`, `recovery.whenHigh` and `secondFactor.asked` say what follows. Which signs weighed in a case stands in its audit event, and never on a page. A new browser at an unknown place is what recovery is for: alone it stays low.',
      '',
      markdownTable(
        ['Sign', 'Points at most', 'Seen when'],
        Object.entries(riskSigns).map(([sign, { points, about }]) => [`\`${sign}\``, String(points), about]),
      ),
      '',
      '## Presets',
      '',
      markdownTable(
        ['Preset', 'Settings', 'For'],
        Object.entries(policyPresets).map(([name, { about, settings }]) => [
          `\`${name}\``,
          `\`${JSON.stringify(settings)}\``,
          about,
        ]),
      ),
      '',
    ].join('\n'),
};
