/**
 * A line of RFC 4180, without its end. What a spreadsheet would take for a formula is set off with an apostrophe, also
 * behind white space, and control characters become blanks: a name can neither calculate nor begin a line of its own
 * (CWE-1236, KC#36395).
 */
export function csvLine(cells: readonly string[]): string {
  return cells.map(cell).join(',');
}

function cell(text: string): string {
  const oneLine = text.replace(/[\p{Cc}\u2028\u2029]/gu, ' ');
  const plain = /^\s*[=+\-@＝＋－＠]/.test(oneLine) ? `'${oneLine}` : oneLine;
  return /[",]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
