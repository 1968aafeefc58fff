import {
  accountFields,
  defaultMapping,
  defaultServerMapping,
  defaultSourceMapping,
  expressionFunctions,
  scimKinds,
  scimProfiles,
  scimSettingsSchemas,
} from '@sparekey/provisioning';
import { z } from 'zod';
import { generatedFrom, markdownTable, type Page } from './page.ts';

interface JsonSchema {
  type?: string;
  minimum?: number;
  maximum?: number;
  enum?: unknown[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  description?: string;
  default?: unknown;
}

function accepts({ type, minimum, maximum, items, ...schema }: JsonSchema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (type === 'boolean') return '`true`, `false`';
  if (type === 'integer') return `${minimum} to ${maximum}`;
  if (type === 'array') return `a list of ${accepts(items ?? {})}`;
  return type === 'string' ? 'text' : 'an object';
}

function rows(schema: JsonSchema, steps: readonly string[] = []): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => {
    const path = [...steps, key];
    if (inner.properties !== undefined) return rows(inner, path);
    const value = inner.default === undefined ? '—' : JSON.stringify(inner.default);
    const shown = value.length > 80 ? 'see below' : value;
    return [[`\`${path.join('.')}\``, shown, accepts(inner), inner.description ?? '']];
  });
}

const about = {
  server: 'A directory writes to us.',
  target: 'We keep a directory in step.',
  source: 'We read a directory.',
} as const;

function mappingTables(mapping: typeof defaultMapping | typeof defaultSourceMapping): string[] {
  return (['user', 'group'] as const).flatMap((kind) => [
    markdownTable(
      [`target (${kind})`, 'value', ''],
      mapping[kind].map(({ target, value, ...rest }) => [
        `\`${target}\``,
        `\`${value}\``,
        Object.entries(rest)
          .map(([key, setting]) => `\`${key}: ${setting}\``)
          .join(', '),
      ]),
    ),
    '',
  ]);
}

export const page: Page = {
  path: 'docs/reference/scim-connections.md',
  render: () =>
    [
      generatedFrom('libs/provisioning/src/connection/'),
      '# SCIM connections',
      '',
      'What an administrator decides of a connection with a directory. `npm run sparekey -- scim connection add REALM NAME --kind KIND PATH=VALUE…` makes one; in a realm file they stand under `sparekey.scimConnections`, as `name`, `kind`, `profile`, `organization`, `enabled` and `settings`. A secret is in no file: it is given by `scim connection update --secret-file` and sealed at rest.',
      '',
      ...scimKinds.flatMap((kind) => [
        `## ${kind}`,
        '',
        `${about[kind]} Profiles: ${scimProfiles[kind].map((profile) => `\`${profile}\``).join(', ')}.`,
        '',
        markdownTable(
          ['Setting', 'Default', 'Accepts', 'Meaning'],
          rows(z.toJSONSchema(scimSettingsSchemas[kind], { io: 'input' }) as JsonSchema),
        ),
        '',
      ]),
      '## Mapping of a directory that writes to us',
      '',
      `\`mapping.toAccount\` says what of a resource makes the account. Targets are ${accountFields.map((field) => `\`${field}\``).join(', ')} and \`attributes.NAME\`; values are expressions over \`scim\`, the resource as it was written, of which \`scim.NAME\` and \`scim.NAME.PART\` are attributes of the core and \`get(scim, "urn:…")\` is an extension. \`mapping.toResource\` says what the directory reads of the account: targets are attributes of the resource, values are expressions over \`user\` with the same names. Without it, what is only renamed goes back by itself. A renamed attribute is searched and sorted by; a computed one is refused there. Unless you decide otherwise:`,
      '',
      markdownTable(
        ['target (account)', 'value'],
        defaultServerMapping.toAccount.map(({ target, value }) => [`\`${target}\``, `\`${value}\``]),
      ),
      '',
      '## Mapping to a target',
      '',
      'What an attribute of the other side is made of. `when: "create"` says it once; `match` is the order in which resources that are not linked yet are looked for; `reference: true` turns a username or id of somebody here into their id there. The mapping is checked when it is saved, and a change of it is carried out for everyone. Unless you decide otherwise:',
      '',
      ...mappingTables(defaultMapping),
      '## Mapping from a source',
      '',
      'What an attribute here is made of; everything else of a resource stays there. Targets are attributes of a core User or Group and of the enterprise extension that a directory may write; values are expressions over `scim`, the resource there, of which extensions are read by `get(scim, "urn:…")`. `when: "create"` says it once; `match` is the order in which somebody here is looked for, by `externalId` or name; `reference: true` turns the id of somebody there into their id here. `mapping.account` decides what no attribute of SCIM holds: `locale` and `attributes.NAME` of the account. A source has the final say about what its mapping names. Unless you decide otherwise:',
      '',
      ...mappingTables(defaultSourceMapping),
      '## Expressions',
      '',
      'A value is an expression of at most 1,024 characters: texts in double quotes, numbers, `true`, `false`, `null`; paths (`user.id`, `.username`, `.email`, `.emailVerified`, `.phoneNumber`, `.phoneNumberVerified`, `.firstName`, `.lastName`, `.enabled`, `.locale`, `.groups`, `.attributes.NAME`; `group.id`, `.name`, `.path`, `.attributes.NAME`); `+` for texts, `??` for what is absent, `== !=`, `and or not`; and these functions:',
      '',
      markdownTable(
        ['Function', 'Example'],
        Object.entries(expressionFunctions).map(([name, { about: example }]) => [`\`${name}\``, example]),
      ),
      '',
    ].join('\n'),
};
