import type { Command } from '../command.ts';
import { config } from './config.ts';
import { help } from './help.ts';
import { keysList } from './keys-list.ts';
import { keysRotate } from './keys-rotate.ts';
import { migrate } from './migrate.ts';
import { realmExport } from './realm-export.ts';
import { realmImport } from './realm-import.ts';
import { realmList } from './realm-list.ts';
import { recoveryApprove } from './recovery-approve.ts';
import { recoveryDeny } from './recovery-deny.ts';
import { recoveryList } from './recovery-list.ts';

/** Every command, in the order of the help. Adding one costs a file here and a line below. */
export const commands: readonly Command[] = [
  help,
  config,
  migrate,
  realmList,
  realmImport,
  realmExport,
  keysList,
  keysRotate,
  recoveryList,
  recoveryApprove,
  recoveryDeny,
];
