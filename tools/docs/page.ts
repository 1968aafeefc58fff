/** A page of docs/ that is made from the code. */
export interface Page {
  /** From the root of the repository. */
  path: string;
  render(): string;
}

/** A table in Markdown; what would end a cell is escaped. */
export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** First lines of every page: where a change has to be made. */
export const generatedFrom = (source: string): string =>
  `<!-- Made from ${source} by \`npm run build -w tools\`; do not edit. -->`;
