/** `digits` decimal digits, each code equally likely: values above the last whole multiple are drawn again. */
export function drawDigits(digits: number, random: (count: number) => Buffer): string {
  const codes = 10 ** digits;
  const fair = Math.floor(2 ** 32 / codes) * codes;
  for (;;) {
    const drawn = random(4).readUInt32BE(0);
    if (drawn < fair) return String(drawn % codes).padStart(digits, '0');
  }
}

/** The digits that were typed, as mail programs and people space them; undefined when it cannot be a code. */
export function normaliseDigits(input: string, digits: number): string | undefined {
  const code = input.replace(/[\s-]/g, '');
  return code.length === digits && /^\d+$/.test(code) ? code : undefined;
}
