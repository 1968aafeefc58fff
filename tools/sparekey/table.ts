/**
 * Columns as wide as their widest cell; the last one is left as it is. Control characters become blanks: names are typed
 * by people, and must not steer the terminal of who looks at them.
 */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines: string[] = [];
  tableWriter(head, (line) => lines.push(line))(rows);
  return lines.join('\n');
}

/** A table in parts: the head comes with the first one, and columns never become narrower again. */
export function tableWriter(
  head: readonly string[],
  print: (line: string) => void,
): (rows: readonly (readonly string[])[]) => void {
  const widths = head.map((title) => title.length);
  let isHeadDue = true;
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === head.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return (typed) => {
    const rows = typed.map((row) => row.map((cell) => cell.replace(/\p{Cc}/gu, ' ')));
    for (const row of rows)
      for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
    if (isHeadDue) print(line(head.map((title) => title.toUpperCase())));
    isHeadDue = false;
    for (const row of rows) print(line(row));
  };
}
