import type { ToldMapping } from '@sparekey/provisioning';
import { type AttributeRef, type Filter, refuse, type SortKey } from '@sparekey/scim';

function meets(computed: ToldMapping['computed'], { extension, attribute, sub }: AttributeRef): boolean {
  return computed.some(
    (path) =>
      path.attribute === attribute.name &&
      path.extension === extension?.id &&
      (attribute.multiValued || sub === undefined || path.subAttribute === sub.name),
  );
}

function named(filter: Filter): readonly AttributeRef[] {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.terms.flatMap(named);
    case 'not':
      return named(filter.term);
    case 'test':
    case 'some':
      return [filter];
  }
}

/** What a mapping computes is nowhere kept, so nothing can be found by it. Errors: `invalidFilter`, `invalidPath` for sorting. */
export function refuseComputed(
  computed: ToldMapping['computed'],
  filter: Filter | undefined,
  sort: SortKey | undefined,
) {
  if (computed.length === 0) return;
  const found = (filter === undefined ? [] : named(filter)).find((each) => meets(computed, each));
  if (found !== undefined) {
    refuse(
      'invalidFilter',
      `"${found.attribute.name}" is computed by the mapping of this connection: nothing is found by it.`,
    );
  }
  if (sort !== undefined && meets(computed, sort)) {
    refuse('invalidPath', `"${sort.attribute.name}" is computed by the mapping of this connection: it has no order.`);
  }
}
