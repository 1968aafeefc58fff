/** Every way in which a secret may stand in a text: as it is, escaped, and in hex or Base64, also as a part of something longer. */
export function spellings(secret: string | Buffer): Set<string> {
  const bytes = Buffer.from(secret);
  const hex = bytes.toString('hex');
  const all = new Set([bytes.toString('latin1'), hex, hex.toUpperCase()]);
  for (const text of inBase64(bytes)) {
    all.add(text);
    all.add(text.replaceAll('+', '-').replaceAll('/', '_'));
  }
  if (typeof secret === 'string') {
    all.add(secret);
    all.add(encodeURIComponent(secret));
    all.add(encodeURIComponent(secret).replaceAll('%20', '+'));
    all.add(JSON.stringify(secret).slice(1, -1));
  }
  return all;
}

/** Base64 packs three bytes into four letters: what stands for these bytes depends on where among the three they begin. */
function inBase64(bytes: Buffer): string[] {
  return [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    // The letters at both ends are shared with what stands beside.
    const end = (before + bytes.length) % 3 === 0 ? text.length : text.length - 1;
    return text.slice(before === 0 ? 0 : before + 1, end);
  });
}

/** Which of the named secrets stand in a text, in any spelling; binary columns within are looked into as well. */
export function found(secrets: ReadonlyMap<string, string | Buffer>, text: string): string[] {
  const unpacked = [...text.matchAll(/\\\\x((?:[0-9a-f]{2})+)/g)].map(([, hex = '']) => Buffer.from(hex, 'hex'));
  const haystack = [text, ...unpacked.map((bytes) => bytes.toString('latin1'))].join('\n');
  return [...secrets].flatMap(([name, secret]) =>
    [...spellings(secret)].some((spelling) => haystack.includes(spelling)) ? [name] : [],
  );
}
