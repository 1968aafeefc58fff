import { z } from 'zod';
import { orders } from './orders.ts';
import { policySchema } from './policy.ts';
import type { Strictness } from './strictness.ts';

/** One setting of the policy, by its path, such as `lockout.totp.failures`. */
export interface PolicySetting {
  path: string;
  schema: z.ZodType;
  description: string;
  default: unknown;
  /** Undefined for what the realm alone decides. */
  strictness: Strictness | undefined;
}

function leaves(schema: z.ZodType, steps: readonly string[]): PolicySetting[] {
  const section = schema instanceof z.ZodPrefault ? schema.unwrap() : schema;
  if (section instanceof z.ZodObject) {
    return Object.entries(section.shape).flatMap(([key, inner]) => leaves(inner as z.ZodType, [...steps, key]));
  }
  const path = steps.join('.');
  const { description = '' } = schema;
  return [{ path, schema, description, default: schema.parse(undefined), strictness: orders[path] }];
}

/** Every setting, in the order of the schema. Settings that other sections add are found by themselves. */
export const policySettings: readonly PolicySetting[] = leaves(policySchema, []);

type Tree = Record<string, unknown>;

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a path; undefined when nothing stands there. */
export function valueAt(tree: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((inner, key) => (isTree(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined), tree);
}

/** A copy of the tree with the value at the path; `undefined` takes it away, and sections that are left empty with it. */
export function withValueAt(tree: unknown, path: string, value: unknown): Tree {
  const [key = '', ...rest] = path.split('.');
  const { [key]: present, ...others } = isTree(tree) ? tree : {};
  const inner = rest.length === 0 ? value : withValueAt(present, rest.join('.'), value);
  const gone = inner === undefined || (rest.length > 0 && isTree(inner) && Object.keys(inner).length === 0);
  return gone ? others : { ...others, [key]: inner };
}

/** Whether two values of a setting are the same; the order of a list counts, that of a record's keys does not. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (isTree(a) && isTree(b)) {
    const keys = Object.keys(a);
    return keys.length === Object.keys(b).length && keys.every((key) => sameValue(a[key], b[key]));
  }
  return JSON.stringify(a) === JSON.stringify(b);
}
