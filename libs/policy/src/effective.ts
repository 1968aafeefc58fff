import { pairs } from './orders.ts';
import type { PolicyOverride } from './override.ts';
import { defaultPolicy, type Policy, policySchema } from './policy.ts';
import { policySettings, sameValue, valueAt, withValueAt } from './settings.ts';
import { strictest } from './strictness.ts';

/** An organization of the person, with what it decides. */
export interface OrganizationPolicy {
  /** By which people know it: its alias. */
  name: string;
  override: PolicyOverride;
}

/** Where the value of a setting comes from. */
export interface Explanation {
  value: unknown;
  from: 'default' | 'realm' | `organization ${string}`;
  why: string;
}

export interface EffectivePolicy {
  policy: Policy;
  /** By path of the setting. */
  explain: Readonly<Record<string, Explanation>>;
}

/**
 * The policy a person is under: of each setting the strictest that the realm or one of the person's organizations
 * decided. An organization can only tighten; of several the order does not matter, nor how often one is named.
 */
export function effectivePolicy(realm: Policy, organizations: readonly OrganizationPolicy[]): EffectivePolicy {
  const ordered = organizations.toSorted((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
  const deciding = (path: string) =>
    ordered.flatMap(({ name, override }) => {
      const value = valueAt(override, path);
      return value === undefined ? [] : [{ name, value }];
    });
  let tree: unknown = realm;
  for (const { path, strictness } of policySettings) {
    const others = deciding(path).map(({ value }) => value);
    if (strictness === undefined || others.length === 0) continue;
    tree = withValueAt(tree, path, strictest(strictness, valueAt(realm, path), others));
  }
  const policy = policySchema.parse(inKeeping(tree));
  const explain = Object.fromEntries(
    policySettings.map(({ path, strictness }) => {
      const decided = strictness === undefined ? [] : deciding(path);
      return [path, explanation(path, valueAt(policy, path), valueAt(realm, path), decided)];
    }),
  );
  return { policy, explain };
}

/** Organizations decide settings one by one, so that one may have moved past another. */
function inKeeping(tree: unknown): unknown {
  return pairs.reduce<unknown>((whole, [below = '', above = '']) => {
    const [least, most] = [Number(valueAt(whole, below)), Number(valueAt(whole, above))];
    if (least <= most) return whole;
    const setting = policySettings.find(({ path }) => path === below);
    return setting?.strictness?.stricter === 'lower'
      ? withValueAt(whole, below, most)
      : withValueAt(whole, above, least);
  }, tree);
}

function explanation(
  path: string,
  value: unknown,
  own: unknown,
  deciding: readonly { name: string; value: unknown }[],
): Explanation {
  if (!sameValue(value, own)) {
    if (deciding.length === 0)
      return { value, from: 'realm', why: 'moved to stay in keeping with what an organization decided beside it' };
    const whole = deciding.find((each) => sameValue(each.value, value));
    const names = [...new Set(whole ? [whole.name] : deciding.map((each) => each.name))];
    const why = whole ? 'stricter than the realm' : 'what the realm and the organizations ask for, together';
    return { value, from: `organization ${names.join(', ')}`, why };
  }
  const laxer = deciding.filter((each) => !sameValue(each.value, own)).map((each) => each.name);
  const beside = laxer.length === 0 ? '' : `; laxer in ${[...new Set(laxer)].join(', ')}, without effect`;
  return sameValue(own, valueAt(defaultPolicy, path))
    ? { value, from: 'default', why: `the realm decided nothing else${beside}` }
    : { value, from: 'realm', why: `decided by the realm${beside}` };
}
