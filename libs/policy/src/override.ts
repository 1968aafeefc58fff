import { defaultPolicy, type Policy, policySchema } from './policy.ts';
import { policySettings, valueAt, withValueAt } from './settings.ts';

type Partially<T> = {
  [K in keyof T]?: T[K] extends readonly unknown[] ? T[K] : T[K] extends object ? Partially<T[K]> : T[K];
};

/** What an organization decides: some settings, each of them only if it is stricter than the realm's. */
export type PolicyOverride = Partially<Policy>;

/** What is wrong with one setting. */
export interface PolicyProblem {
  path: string;
  why: string;
}

export type Reading<T> = { value: T; problems: [] } | { value: undefined; problems: PolicyProblem[] };

const known = new Map(policySettings.map((setting) => [setting.path, setting]));
const isSection = (path: string): boolean => policySettings.some((setting) => setting.path.startsWith(`${path}.`));

/** Paths of everything that stands in a tree, down to settings and to what is none. */
function pathsIn(tree: unknown, steps: readonly string[]): string[] {
  const path = steps.join('.');
  const isTree = typeof tree === 'object' && tree !== null && !Array.isArray(tree);
  if (!isTree || (path !== '' && !isSection(path))) return [path];
  return Object.entries(tree).flatMap(([key, inner]) => pathsIn(inner, [...steps, key]));
}

/** Reads what an organization decides. Problems are told all at once, each by the path of its setting. */
export function readOverride(input: unknown): Reading<PolicyOverride> {
  const problems: PolicyProblem[] = [];
  let value: Record<string, unknown> = {};
  for (const path of pathsIn(input, [])) {
    const setting = known.get(path);
    if (setting === undefined) {
      if (path === '') problems.push({ path, why: 'a policy is an object' });
      else problems.push({ path, why: isSection(path) ? 'is a section of settings' : 'there is no such setting' });
    } else if (setting.strictness === undefined) {
      problems.push({ path, why: 'is decided by the realm for everyone' });
    } else {
      const read = setting.schema.safeParse(valueAt(input, path));
      if (read.success) value = withValueAt(value, path, read.data);
      else problems.push(...read.error.issues.map(({ message }) => ({ path, why: message })));
    }
  }
  return problems.length === 0 ? { value: value as PolicyOverride, problems: [] } : { value: undefined, problems };
}

/** Reads the policy of a realm, completed with the defaults. Problems are told all at once, by path. */
export function readPolicy(input: unknown): Reading<Policy> {
  const read = policySchema.safeParse(input);
  if (read.success) return { value: read.data, problems: [] };
  const problems = read.error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    return issue.code === 'unrecognized_keys'
      ? issue.keys.map((key) => ({ path: [...path, key].join('.'), why: 'there is no such setting' }))
      : [{ path: path.join('.'), why: issue.message }];
  });
  return { value: undefined, problems };
}

/**
 * A policy as it was stored, by whatever version: settings that are newer have their defaults, settings that are not
 * known here (a newer process wrote them while this one still runs) are left out.
 * Errors: when what is known is out of bounds.
 */
export function storedPolicy(stored: unknown): Policy {
  return policySchema.parse(onlyKnown(stored, defaultPolicy));
}

/** What an organization stored, without what is not known here or may not be decided by one. */
export function storedOverride(stored: unknown): PolicyOverride {
  return onlyKnown(stored, {}, (path) => known.get(path)?.strictness !== undefined) as PolicyOverride;
}

function onlyKnown(stored: unknown, start: unknown, wanted: (path: string) => boolean = () => true): unknown {
  return policySettings.reduce<unknown>((tree, { path }) => {
    const value = valueAt(stored, path);
    return value === undefined || !wanted(path) ? tree : withValueAt(tree, path, value);
  }, start);
}
