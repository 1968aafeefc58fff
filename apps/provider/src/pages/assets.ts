/** A file served under `assetsPath`; its name holds a hash of its content, so it may be cached for ever. */
export interface Asset {
  buffer: Buffer;
  /** Value of Content-Type. */
  type: string;
  etag: string;
}

/** By file name, such as `style.1a2b3c4d5e.css`. Send with `ASSET_CACHE_CONTROL`. */
export const assets: ReadonlyMap<string, Asset> = new Map();

export const ASSET_CACHE_CONTROL = 'public, max-age=31536000, immutable';
