import type { SettingsProblem } from './settings.ts';

type Tree = Record<string, unknown>;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

function withValueAt(tree: unknown, [key = '', ...rest]: readonly string[], value: unknown): Tree {
  const { [key]: present, ...others } = isTree(tree) ? tree : {};
  const inner = rest.length === 0 ? value : withValueAt(present, rest, value);
  return inner === undefined ? others : { ...others, [key]: inner };
}

function parsedValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/**
 * Puts `PATH=VALUE` words into settings. A value is JSON or a plain word; an empty one takes the setting away, so that
 * it has its default again. Only the form is looked at: the settings are read as a whole afterwards.
 */
export function assignScimSettings(
  tree: unknown,
  assignments: readonly string[],
): { tree: unknown; problems: SettingsProblem[] } {
  const problems: SettingsProblem[] = [];
  let changed = tree;
  for (const assignment of assignments) {
    const [, path, text] = /^([a-zA-Z]+(?:\.[a-zA-Z]+)*)=(.*)$/s.exec(assignment) ?? [];
    if (path === undefined || text === undefined) problems.push({ path: assignment, why: 'is not PATH=VALUE' });
    else changed = withValueAt(changed, path.split('.'), text === '' ? undefined : parsedValue(text));
  }
  return { tree: changed, problems };
}
