export { describeSettings, type PrintableSetting, printableSettings, type SettingDescription } from './describe.ts';
export { exactEnvironment, loadSettings } from './load.ts';
export { createMasterKeyFile, loadMasterKey } from './master-key.ts';
export { SettingsError, type SettingsProblem } from './problem.ts';
export { poolEnvironment, poolThreads } from './process/thread-pool.ts';
export type { Environment, LogLevel, Settings, SmsSettings } from './settings.ts';
