/**
 * Which of several values of one setting is the stricter one. A setting that has no such order may be decided by the
 * realm alone.
 */
export type Strictness =
  /** The lower number. */
  | { stricter: 'lower' }
  /** The higher number. */
  | { stricter: 'higher' }
  /** The later of these values. */
  | { stricter: 'later'; order: readonly unknown[] }
  /** All that any of the lists names. */
  | { stricter: 'union' }
  /** What every list names; never nothing: then the strongest that the realm allows, by this order. */
  | { stricter: 'intersection'; strongest: readonly string[] }
  /** A record of which each entry is the later of its values. */
  | { stricter: 'later_of_each'; order: readonly unknown[] };

const later = (order: readonly unknown[], values: readonly unknown[]): unknown =>
  order[Math.max(0, ...values.map((value) => order.indexOf(value)))];

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * The strictest that can be made of these values, the realm's first. It depends neither on the order of the values nor
 * on how often one stands there, and is never laxer than any of them; of lists the order of the realm's is kept.
 */
export function strictest(rule: Strictness, realm: unknown, others: readonly unknown[]): unknown {
  const values = [realm, ...others];
  switch (rule.stricter) {
    case 'lower':
      return Math.min(...values.map(Number));
    case 'higher':
      return Math.max(...values.map(Number));
    case 'later':
      return later(rule.order, values);
    case 'union': {
      const own = list(realm);
      const added = new Set(others.flatMap(list).filter((entry) => !own.includes(entry)));
      return [...own, ...[...added].toSorted()];
    }
    case 'intersection': {
      const own = list(realm);
      const common = own.filter((entry) => others.every((other) => list(other).includes(entry)));
      if (common.length > 0) return common;
      return rule.strongest.filter((entry) => own.includes(entry)).slice(0, 1);
    }
    case 'later_of_each': {
      const records = values.filter(isRecord);
      const keys = [...new Set(records.flatMap((record) => Object.keys(record)))].toSorted();
      return Object.fromEntries(
        keys.map((key) => [
          key,
          later(
            rule.order,
            records.filter((record) => Object.hasOwn(record, key)).map((record) => record[key]),
          ),
        ]),
      );
    }
    default:
      return rule satisfies never;
  }
}

function list(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
