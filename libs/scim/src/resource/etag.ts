/** The weak entity tag of a version (RFC 7644 §3.14, RFC 9110 §8.8.3). */
export function weakTag(version: number | string): string {
  return `W/"${version}"`;
}

const tags = /^\s*(?:W\/)?"[^"]*"(?:\s*,\s*(?:W\/)?"[^"]*")*\s*$/;

/**
 * Whether If-Match or If-None-Match names the tag, compared weakly, since all of ours are weak; `*` names any. What is no
 * list of tags names none, so a garbled If-Match fails and a garbled If-None-Match sends the resource.
 */
export function namesTag(header: string, tag: string): boolean {
  if (header.trim() === '*') return true;
  if (!tags.test(header)) return false;
  const opaque = tag.replace(/^W\//, '');
  return [...header.matchAll(/"[^"]*"/g)].some(([candidate]) => candidate === opaque);
}
