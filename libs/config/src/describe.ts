import { exactEnvironment, loadSettings } from './load.ts';
import { type About, about, type Environment, settingsSchema } from './settings.ts';

export interface SettingDescription extends About {
  /** The environment variable. */
  name: string;
  secret: boolean;
}

/** Every setting in the order of the schema: for the reference page and the CLI. */
export function describeSettings(): SettingDescription[] {
  return Object.entries(settingsSchema.shape).map(([name, schema]) => {
    const known = about.get(schema);
    if (known === undefined) throw new Error(`${name} is not described`);
    return { name, ...known, secret: known.secret ?? false };
  });
}

export interface PrintableSetting {
  name: string;
  /** What is in force; "(set)" for a secret, "(none)" for what is absent. */
  value: string;
  /** Whether the environment gives it, or the default. */
  given: boolean;
}

/**
 * What is in force, safe to print: secrets only tell that they are set.
 *
 * @throws {SettingsError}
 */
export function printableSettings(env: Environment = process.env): PrintableSetting[] {
  const exact = exactEnvironment(loadSettings(env));
  return describeSettings().map(({ name, secret }) => {
    const value = exact[name];
    const given = (env[name] ?? '').trim() !== '';
    if (value === undefined || value === '') return { name, value: '(none)', given };
    return { name, value: secret ? '(set)' : value, given };
  });
}
