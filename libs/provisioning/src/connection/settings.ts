import type { z } from 'zod';
import type { ScimKind } from './model.ts';
import { serverSettings } from './server-settings.ts';
import { sourceSettings } from './source-settings.ts';
import { targetSettings } from './target-settings.ts';

/** What an administrator decides of a connection, by kind: each setting with description, default and bounds. */
export const scimSettingsSchemas = { server: serverSettings, target: targetSettings, source: sourceSettings } as const;

export type ScimSettings = { [K in ScimKind]: z.infer<(typeof scimSettingsSchemas)[K]> };

export interface SettingsProblem {
  /** Such as `brake.percent`; empty for the settings as a whole. */
  path: string;
  why: string;
}

/** Reads settings of a kind, completed with defaults. The value is there exactly when there are no problems. */
export function readScimSettings<K extends ScimKind>(
  kind: K,
  given: unknown,
): { value: ScimSettings[K] | undefined; problems: SettingsProblem[] } {
  const read = scimSettingsSchemas[kind].safeParse(given ?? {});
  if (read.success) return { value: read.data as ScimSettings[K], problems: [] };
  const problems = read.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...issue.path, key].join('.'), why: 'there is no such setting' }))
      : [{ path: issue.path.join('.'), why: issue.message }],
  );
  return { value: undefined, problems };
}
