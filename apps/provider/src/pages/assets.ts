import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file served under `assetsPath`; its name holds a hash of its content, so it may be cached for ever. */
export interface Asset {
  buffer: Buffer;
  /** Value of Content-Type. */
  type: string;
  etag: string;
}

const folder = join(import.meta.dirname, '../../assets');
const types = {
  'style.css': 'text/css; charset=utf-8',
  'enhance.js': 'text/javascript; charset=utf-8',
  'passkey.js': 'text/javascript; charset=utf-8',
  'icon.svg': 'image/svg+xml',
};
type Name = keyof typeof types;

const served = new Map<string, Asset>();
const hashedNames = new Map<string, string>();
for (const [name, type] of Object.entries(types)) {
  const buffer = readFileSync(join(folder, name));
  const hash = createHash('sha256').update(buffer).digest('hex').slice(0, 12);
  const hashedName = name.replace('.', `.${hash}.`);
  served.set(hashedName, { buffer, type, etag: `"${hash}"` });
  hashedNames.set(name, hashedName);
}

/** By file name, such as `style.1a2b3c4d5e6f.css`. Send with `ASSET_CACHE_CONTROL`. */
export const assets: ReadonlyMap<string, Asset> = served;

export const ASSET_CACHE_CONTROL = 'public, max-age=31536000, immutable';

/** Address of an asset. */
export function assetUrl(assetsPath: string, name: Name): string {
  return `${assetsPath}/${hashedNames.get(name)}`;
}
