import type { Command } from '../command.ts';
import { breakGlassClose } from './break-glass-close.ts';
import { breakGlassGenerate } from './break-glass-generate.ts';
import { breakGlassList } from './break-glass-list.ts';
import { breakGlassOpen } from './break-glass-open.ts';
import { breakGlassRevoke } from './break-glass-revoke.ts';
import { config } from './config.ts';
import { help } from './help.ts';
import { keysList } from './keys-list.ts';
import { keysRotate } from './keys-rotate.ts';
import { migrate } from './migrate.ts';
import { policyExplain } from './policy-explain.ts';
import { policyHistory } from './policy-history.ts';
import { policySet } from './policy-set.ts';
import { policyShow } from './policy-show.ts';
import { realmExport } from './realm-export.ts';
import { realmImport } from './realm-import.ts';
import { realmList } from './realm-list.ts';
import { recoveryApprove } from './recovery-approve.ts';
import { recoveryDeny } from './recovery-deny.ts';
import { recoveryForecast } from './recovery-forecast.ts';
import { recoveryList } from './recovery-list.ts';
import { scimAllow } from './scim-allow.ts';
import { scimConnectionAdd } from './scim-connection-add.ts';
import { scimConnectionList } from './scim-connection-list.ts';
import { scimConnectionRemove } from './scim-connection-remove.ts';
import { scimConnectionShow } from './scim-connection-show.ts';
import { scimConnectionUpdate } from './scim-connection-update.ts';
import { scimDrift } from './scim-drift.ts';
import { scimPreview } from './scim-preview.ts';
import { scimRetry } from './scim-retry.ts';
import { scimRuns } from './scim-runs.ts';
import { scimSync } from './scim-sync.ts';
import { scimTasks } from './scim-tasks.ts';
import { scimTokenIssue } from './scim-token-issue.ts';
import { scimTokenList } from './scim-token-list.ts';
import { scimTokenRevoke } from './scim-token-revoke.ts';
import { userApprovePass } from './user-approve-pass.ts';
import { userPass } from './user-pass.ts';
import { userRevokePass } from './user-revoke-pass.ts';
import { userUnlock } from './user-unlock.ts';
import { webhookList } from './webhook-list.ts';
import { webhookRotate } from './webhook-rotate.ts';

/** Every command, in the order of the help. Adding one costs a file here and a line below. */
export const commands: readonly Command[] = [
  help,
  config,
  migrate,
  realmList,
  realmImport,
  realmExport,
  policyShow,
  policySet,
  policyExplain,
  policyHistory,
  keysList,
  keysRotate,
  webhookList,
  webhookRotate,
  recoveryList,
  recoveryApprove,
  recoveryDeny,
  recoveryForecast,
  scimConnectionList,
  scimConnectionAdd,
  scimConnectionShow,
  scimConnectionUpdate,
  scimConnectionRemove,
  scimSync,
  scimRuns,
  scimDrift,
  scimPreview,
  scimTasks,
  scimAllow,
  scimRetry,
  scimTokenList,
  scimTokenIssue,
  scimTokenRevoke,
  userPass,
  userApprovePass,
  userRevokePass,
  userUnlock,
  breakGlassGenerate,
  breakGlassList,
  breakGlassRevoke,
  breakGlassOpen,
  breakGlassClose,
];
