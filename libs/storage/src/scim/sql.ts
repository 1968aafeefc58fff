import type { Knex } from 'knex';
import type { Statement } from '../database/queryable.ts';
import { sql } from '../database/sql-builder.ts';

/** A piece of SQL with `?` for its values, in their order. */
export interface Piece {
  readonly text: string;
  readonly values: readonly unknown[];
}

/**
 * SQL as a template: what is put into it becomes a value, or is put in as it stands when it is a piece. Names of columns are
 * written in the template, never put in, so nothing that a client sent becomes SQL.
 */
export function piece(texts: TemplateStringsArray, ...parts: readonly unknown[]): Piece {
  const values: unknown[] = [];
  let text = texts[0] ?? '';
  parts.forEach((part, at) => {
    if (isPiece(part)) {
      text += part.text;
      values.push(...part.values);
    } else {
      text += '?';
      values.push(part);
    }
    text += texts[at + 1] ?? '';
  });
  return { text, values };
}

function isPiece(part: unknown): part is Piece {
  return typeof part === 'object' && part !== null && 'text' in part && 'values' in part;
}

export function joined(pieces: readonly Piece[], separator: string): Piece {
  return {
    text: pieces.map(({ text }) => text).join(separator),
    values: pieces.flatMap(({ values }) => [...values]),
  };
}

export const nothing: Piece = { text: '', values: [] };

/** The statement, its values numbered by knex; not prepared, since its text varies. */
export function statement(name: string, { text, values }: Piece): Statement {
  const native = sql
    .raw(text, values as readonly Knex.Value[])
    .toSQL()
    .toNative();
  return { name, text: native.sql, values: [...native.bindings], dynamic: true };
}
