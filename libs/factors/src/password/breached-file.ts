import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import type { BreachedPasswords } from './new-password.ts';

/** Longest line that is looked for: forty hexadecimal digits, a colon, a count, an end of line. */
const LINE_BYTES = 128;

/** SHA-1 is the form in which lists of leaked passwords are published; nothing is kept or protected by it. */
export function leakedDigest(password: string): string {
  return createHash('sha1').update(password, 'utf8').digest('hex').toUpperCase();
}

/**
 * A list on this machine: lines of `SHA1-in-hex[:count]` in ascending order, as the downloader of Have I Been Pwned
 * writes with hashes in one file. Looked up by bisection: some forty small reads in a file of 40 GB, nothing in memory.
 * `onFailure` hears why a look-up gave no answer.
 */
export function breachedPasswordFile(path: string, onFailure: (error: unknown) => void): BreachedPasswords {
  return {
    async find(password) {
      let file: FileHandle | undefined;
      try {
        file = await open(path, 'r');
        return (await holds(file, leakedDigest(password))) ? 'found' : 'absent';
      } catch (error) {
        onFailure(error);
        return 'unknown';
      } finally {
        await file?.close().catch(onFailure);
      }
    },
  };
}

async function holds(file: FileHandle, digest: string): Promise<boolean> {
  let low = 0;
  let high = (await file.stat()).size;
  // Invariant: the line, if there is one, begins at or after `low` and before `high`.
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const line = await lineFrom(file, middle, low);
    if (line === undefined || line.start >= high) {
      high = middle;
      continue;
    }
    const order = compare(line.text.slice(0, 40).toUpperCase(), digest);
    if (order === 0) return true;
    if (order < 0) low = line.end;
    else high = middle;
  }
  return false;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The first line that begins at or after `position`; `low` is known to be the beginning of one. */
async function lineFrom(file: FileHandle, position: number, low: number) {
  // A line begins here only if the byte before ends one, so that byte is read too.
  const from = position === low ? position : position - 1;
  const { buffer, bytesRead } = await file.read(Buffer.alloc(2 * LINE_BYTES), 0, 2 * LINE_BYTES, from);
  const bytes = buffer.subarray(0, bytesRead);
  let start = 0;
  if (position !== low) {
    const newline = bytes.indexOf(0x0a);
    if (newline === -1) return undefined;
    start = newline + 1;
  }
  if (start >= bytes.length) return undefined;
  const newline = bytes.indexOf(0x0a, start);
  const end = newline === -1 ? bytes.length : newline + 1;
  if (newline === -1 && bytesRead === 2 * LINE_BYTES)
    throw new Error('the list of leaked passwords has a line too long');
  const text = bytes.subarray(start, end).toString('latin1').trim();
  if (!/^[0-9A-Fa-f]{40}(:\d+)?$/.test(text)) throw new Error('the list of leaked passwords has a line that is none');
  return { start: from + start, end: from + end, text };
}
