export const comparisons = ['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le'] as const;
export type Comparison = (typeof comparisons)[number];

/** An attribute as it was written: perhaps with a schema's URN, then one name or two. */
export interface PathNode {
  readonly urn?: string;
  readonly names: readonly string[];
  readonly at: number;
}

export type FilterNode =
  | { readonly kind: 'and'; readonly terms: readonly FilterNode[] }
  | { readonly kind: 'or'; readonly terms: readonly FilterNode[] }
  | { readonly kind: 'not'; readonly term: FilterNode }
  | { readonly kind: 'present'; readonly path: PathNode }
  | {
      readonly kind: 'compare';
      readonly path: PathNode;
      readonly op: Comparison;
      readonly value: string | number | boolean | null;
      readonly at: number;
    }
  | { readonly kind: 'elements'; readonly path: PathNode; readonly filter: FilterNode };

/** A PATCH path (RFC 7644 §3.5.2): `attribute`, `attribute.sub`, `attribute[filter]`, `attribute[filter].sub`. */
export interface TargetNode {
  readonly path: PathNode;
  readonly filter?: FilterNode;
  readonly sub?: string;
}
