import type { Output } from './command.ts';
import { tableWriter } from './table.ts';

/** Writes a long list in parts, so that no more than one part is ever held. */
export interface ListWriter<T> {
  add(items: readonly T[]): void;
  end(): void;
}

/** As one JSON document when that is asked for; else in lines under a head, or as a table. */
export function listWriter<T>(
  output: Output,
  form: { head: string; line(item: T): string } | { head: readonly string[]; row(item: T): readonly string[] },
): ListWriter<T> {
  if (output.json) return jsonWriter(output);
  if ('row' in form) {
    const table = tableWriter(form.head, output.print);
    return { add: (items) => table(items.map(form.row)), end: () => {} };
  }
  output.print(form.head);
  return {
    add(items) {
      for (const item of items) output.print(form.line(item));
    },
    end() {},
  };
}

/** An array, an element a line; the comma stands before the element that follows. */
function jsonWriter<T>({ print }: Output): ListWriter<T> {
  let isFirst = true;
  print('[');
  return {
    add(items) {
      for (const item of items) {
        print(`${isFirst ? ' ' : ','} ${JSON.stringify(item)}`);
        isFirst = false;
      }
    },
    end: () => print(']'),
  };
}
