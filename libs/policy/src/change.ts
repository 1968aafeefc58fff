import type { PolicyProblem } from './override.ts';
import { policySettings, sameValue, valueAt, withValueAt } from './settings.ts';

/** One setting that has another value than before; undefined where nothing was, or is, decided. */
export interface PolicyChange {
  path: string;
  before: unknown;
  after: unknown;
}

/** What two policies, or two overrides, differ in. */
export function policyChanges(before: unknown, after: unknown): PolicyChange[] {
  return policySettings
    .map(({ path }) => ({ path, before: valueAt(before, path), after: valueAt(after, path) }))
    .filter((change) => !sameValue(change.before, change.after));
}

/**
 * Puts `PATH=VALUE` words into a policy. A value is JSON, a plain word, or a list with commas; an empty one takes the
 * setting away, so that a realm has the default again and an organization decides nothing there. Only the form is
 * looked at here: what stands in the tree is read as a whole afterwards.
 */
export function withAssignments(
  tree: unknown,
  assignments: readonly string[],
): { tree: Record<string, unknown>; problems: PolicyProblem[] } {
  const problems: PolicyProblem[] = [];
  let changed = { ...(tree as Record<string, unknown>) };
  for (const assignment of assignments) {
    const [, path, text] = /^([\w.]+)=(.*)$/s.exec(assignment) ?? [];
    const setting = policySettings.find((each) => each.path === path);
    if (path === undefined || text === undefined) problems.push({ path: assignment, why: 'is not PATH=VALUE' });
    else if (setting === undefined) problems.push({ path, why: 'there is no such setting' });
    else
      changed = withValueAt(changed, path, text === '' ? undefined : parsedValue(text, Array.isArray(setting.default)));
  }
  return { tree: changed, problems };
}

function parsedValue(text: string, isList: boolean): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return isList ? text.split(',').map((entry) => entry.trim()) : text;
  }
}

/** A value as `PATH=VALUE` takes it: what `withAssignments` reads as the same one. */
export function spelledValue(value: unknown): string {
  const plain = Array.isArray(value) ? value.join(',') : value;
  const isPlain =
    typeof plain === 'string' &&
    plain !== '' &&
    !isJson(plain) &&
    sameValue(parsedValue(plain, Array.isArray(value)), value);
  return isPlain ? plain : JSON.stringify(value);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
