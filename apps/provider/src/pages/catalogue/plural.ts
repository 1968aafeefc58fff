/** "1 code", "2 codes"; enough for languages with two forms. */
export function count(n: number, one: string, many: string): string {
  return `${n} ${n === 1 ? one : many}`;
}
