import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { UsageError } from './command.ts';

/** A realm as it was read: its JSON, and the files it came from. */
export interface LoadedRealm {
  files: string[];
  json: unknown;
}

async function load(file: string): Promise<unknown> {
  let content: string;
  try {
    content = file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${(error as Error).message}`);
  }
  try {
    return JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch (error) {
    // V8 quotes the text around the fault, which may be a secret; only the place is told.
    const place = /at position \d+(?: \(line \d+ column \d+\))?/.exec((error as Error).message)?.[0] ?? 'at its end';
    throw new UsageError(`${file} is no JSON: a fault ${place}.`);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * Reads realm files. A file may hold one realm or a list of them, and files that name the same realm are one: Keycloak's
 * export to a directory puts people into `acme-users-0.json`, `acme-users-1.json` beside `acme-realm.json`.
 */
export async function loadRealmFiles(files: readonly string[]): Promise<LoadedRealm[]> {
  const realms = new Map<unknown, LoadedRealm & { json: unknown }>();
  for (const file of files) {
    const content = await load(file);
    for (const json of Array.isArray(content) ? content : [content]) {
      const name = isObject(json) ? json.realm : undefined;
      const known = typeof name === 'string' ? realms.get(name) : undefined;
      if (known === undefined) realms.set(typeof name === 'string' ? name : {}, { files: [file], json });
      else {
        known.files.push(file);
        known.json = joined(known.json, json, file);
      }
    }
  }
  return [...realms.values()];
}

/** Lists are put together; anything else may stand in one of the files only. */
function joined(one: unknown, other: unknown, file: string): unknown {
  if (!isObject(one) || !isObject(other)) return one;
  const whole = { ...one };
  for (const [key, value] of Object.entries(other)) {
    const present = whole[key];
    if (key === 'realm') continue;
    if (present === undefined) whole[key] = value;
    else if (Array.isArray(present) && Array.isArray(value)) whole[key] = [...present, ...value];
    else throw new UsageError(`${file} repeats "${key}" of realm ${String(one.realm)}: only lists can be continued.`);
  }
  return whole;
}
