import type { Findings } from './findings.ts';

/** Keycloak keeps JSON inside strings. Undefined, with a problem, when the text is absent or is no JSON object. */
export function jsonObject(
  text: string | undefined,
  path: string,
  findings: Findings,
): Record<string, unknown> | undefined {
  if (text === undefined) {
    findings.problems.push({ path, why: 'missing' });
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    // told below, without the text: it holds a secret
  }
  findings.problems.push({ path, why: 'has to be a JSON object in a string' });
  return undefined;
}
