import type { ScimPlace } from '@sparekey/provisioning';
import type { SortKey } from '@sparekey/scim';
import { placeOf } from './filter-sql.ts';
import type { Source } from './places.ts';
import { type Piece, piece } from './sql.ts';

const numeric: readonly string[] = ['integer', 'decimal', 'dateTime'];

/** What is sorted by: text by code point, numbers and moments as numbers; null for what has no value, and for empty text. */
function sortValue(key: SortKey, source: Source): Piece {
  const { places } = source;
  const isNumber = numeric.includes(key.compared.type);
  if (!key.attribute.multiValued) {
    const { value } = placeOf(key, places);
    if ('number' in value) return value.number;
    const text =
      'jsonb' in value ? piece`(${value.jsonb}) #>> '{}'` : 'text' in value ? value.text : piece`(${value.uuid})::text`;
    return isNumber ? piece`(${text})::numeric` : piece`nullif(${text}, '') collate "C"`;
  }
  const path = [...(key.extension === undefined ? [] : [key.extension.id]), key.attribute.name];
  const elements = piece`(${places.document} #> ${path}::text[])`;
  const one = piece`(select element from jsonb_array_elements(case jsonb_typeof(${elements}) when 'array' then ${elements} else '[]' end)
    with ordinality as listed(element, place)
    order by (case jsonb_typeof(element) when 'object' then element -> 'primary' end is not distinct from 'true'::jsonb) desc, place limit 1)`;
  const text = key.sub === undefined ? piece`${one} #>> '{}'` : piece`${one} ->> ${key.sub.name}::text`;
  return isNumber ? piece`(${text})::numeric` : piece`nullif(${text}, '') collate "C"`;
}

export interface Order {
  /** `order by` with its words. */
  readonly orderBy: Piece;
  /** The value sorted by, as text, to come back to. */
  readonly value: Piece;
  /** What comes after a place in this order. */
  after(place: ScimPlace): Piece;
}

/** An order that is total, since the id settles ties: without a value last, in descending order first (RFC 7644 §3.4.2.3). */
export function orderOf(key: SortKey | undefined, source: Source): Order {
  if (key === undefined) {
    return {
      orderBy: piece`order by ${source.id}`,
      value: piece`null::text`,
      after: ({ id }) => piece`${source.id} > ${id}::uuid`,
    };
  }
  const value = sortValue(key, source);
  const isNumber = numeric.includes(key.compared.type);
  const blank = isNumber ? piece`0::numeric` : piece`'' collate "C"`;
  const way = key.descending ? piece`desc` : piece`asc`;
  const sign = key.descending ? piece`<` : piece`>`;
  return {
    orderBy: piece`order by (${value} is null) ${way}, ${value} ${way}, ${source.id} ${way}`,
    value: piece`(${value})::text`,
    after: (place) => {
      const known =
        place.value === undefined
          ? blank
          : isNumber
            ? piece`${place.value}::numeric`
            : piece`${place.value}::text collate "C"`;
      return piece`((${value} is null), coalesce(${value}, ${blank}), ${source.id})
        ${sign} (${place.value === undefined}::boolean, ${known}, ${place.id}::uuid)`;
    },
  };
}
