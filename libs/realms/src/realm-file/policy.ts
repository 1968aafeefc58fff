import type { RealmFile, RealmFileInput } from '@sparekey/contracts';
import { defaultPolicy, type Policy, policySchema } from '@sparekey/policy';
import type { Findings } from './findings.ts';
import { at } from './path.ts';

/** Settings that Keycloak has too: they stand in its part of the file, and only there in an export. */
const shared = [
  { key: 'accessTokenLifespan', group: 'tokens', name: 'accessTokenSeconds' },
  { key: 'ssoSessionIdleTimeout', group: 'session', name: 'idleSeconds' },
  { key: 'ssoSessionMaxLifespan', group: 'session', name: 'absoluteSeconds' },
] as const;

type Settings = Record<string, unknown>;
const isObject = (value: unknown): value is Settings =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** One problem per unknown key, so that each stands under its own path. */
function problemsOf(issues: readonly { path: PropertyKey[]; message: string; code: string; keys?: string[] }[]) {
  return issues.flatMap(({ path, message, code, keys }) =>
    code === 'unrecognized_keys' && keys
      ? keys.map((key) => ({ path: at('sparekey', 'policy', ...path, key), why: 'there is no such setting' }))
      : [{ path: at('sparekey', 'policy', ...path), why: message }],
  );
}

/**
 * The policy of a file: our own part, completed by Keycloak's where it says the same thing. A lifetime of Keycloak's
 * part that is out of our bounds is moved to the nearest bound, with a warning; in our own part it is a problem.
 */
export function policyFromFile(file: RealmFile, findings: Findings): Policy | undefined {
  const given: Settings = structuredClone(file.sparekey?.policy ?? {});
  const own = policySchema.safeParse(given);
  if (!own.success) {
    findings.problems.push(...problemsOf(own.error.issues));
    return undefined;
  }
  for (const { key, group, name } of shared) {
    const value = file[key];
    if (value === undefined) continue;
    const settings = isObject(given[group]) ? given[group] : {};
    const stated = settings[name];
    if (stated !== undefined && stated !== value) {
      findings.problems.push({
        path: at('sparekey', 'policy', group, name),
        why: `says ${stated}, but ${key} says ${value}: keep one of them`,
      });
    }
    given[group] = { ...settings, [name]: value };
  }
  const whole = policySchema.safeParse(given);
  if (whole.success) return whole.data;
  const fromKeycloak = new Set<string>(shared.filter(({ key }) => file[key] !== undefined).map(({ name }) => name));
  for (const issue of whole.error.issues) {
    // Keycloak allows an idle time beyond the whole life, where it means nothing.
    const idleTooLong = issue.code === 'custom' && issue.path.join('.') === 'session.idleSeconds';
    if (idleTooLong && (fromKeycloak.has('idleSeconds') || fromKeycloak.has('absoluteSeconds'))) continue;
    const bound = issue.code === 'too_small' ? issue.minimum : issue.code === 'too_big' ? issue.maximum : undefined;
    const [group, name] = issue.path;
    const key = shared.find((setting) => setting.group === group && setting.name === name)?.key;
    const settings = given[String(group)];
    if (bound === undefined || key === undefined || !isObject(settings)) {
      findings.problems.push(...problemsOf([issue]));
      continue;
    }
    findings.warnings.push({ path: key, why: `${file[key]} is out of bounds; ${bound} is used` });
    settings[String(name)] = Number(bound);
  }
  shortenIdleTime(given, file, findings);
  const moved = policySchema.safeParse(given);
  return moved.success ? moved.data : undefined;
}

/** Moves an idle time, of the file or the default, down to the life of a session where that is shorter. */
function shortenIdleTime(given: Settings, file: RealmFile, findings: Findings): void {
  const session = isObject(given.session) ? given.session : {};
  const { idleSeconds, absoluteSeconds } = { ...defaultPolicy.session, ...session };
  if (Number(idleSeconds) <= Number(absoluteSeconds)) return;
  given.session = { ...session, idleSeconds: absoluteSeconds };
  findings.warnings.push({
    path: file.ssoSessionIdleTimeout === undefined ? 'ssoSessionMaxLifespan' : 'ssoSessionIdleTimeout',
    why: `the time without activity is longer than a session lasts; ${absoluteSeconds} is used`,
  });
}

/** The policy as it stands in a file: each setting in one place. */
export function policyToFile(
  policy: Policy,
): Pick<RealmFileInput, 'accessTokenLifespan' | 'ssoSessionIdleTimeout' | 'ssoSessionMaxLifespan' | 'sparekey'> {
  const { session, tokens, ...rest } = policy;
  const { idleSeconds, absoluteSeconds, ...otherSession } = session;
  const { accessTokenSeconds, ...otherTokens } = tokens;
  return {
    accessTokenLifespan: accessTokenSeconds,
    ssoSessionIdleTimeout: idleSeconds,
    ssoSessionMaxLifespan: absoluteSeconds,
    sparekey: {
      policy: {
        ...rest,
        ...(Object.keys(otherSession).length > 0 ? { session: otherSession } : {}),
        tokens: otherTokens,
      },
    },
  };
}
