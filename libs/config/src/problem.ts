/** One thing wrong with the settings. The text says what to do about it and never holds a secret's value. */
export interface SettingsProblem {
  setting: string;
  text: string;
}

/** Everything that is wrong with the settings, at once; its message is meant to be printed as it is. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly problems: readonly SettingsProblem[];

  constructor(problems: readonly SettingsProblem[]) {
    const lines = problems.map(({ setting, text }) => `  ${setting}: ${text}`);
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    super(`Sparekey does not start: its settings have ${count}.\n${lines.join('\n')}`);
    this.problems = problems;
  }
}
