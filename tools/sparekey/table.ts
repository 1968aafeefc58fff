/**
 * Columns as wide as their widest cell; the last one is left as it is. Control characters become blanks: names are typed
 * by people, and must not steer the terminal of who looks at them.
 */
export function table(head: readonly string[], typed: readonly (readonly string[])[]): string {
  const rows = typed.map((row) => row.map((cell) => cell.replace(/\p{Cc}/gu, ' ')));
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (column === head.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  return [line(head.map((title) => title.toUpperCase())), ...rows.map(line)].join('\n');
}
