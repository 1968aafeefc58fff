import { randomBytes } from 'node:crypto';
import { createRecoveryPasses } from '@sparekey/factors';
import { type Administrator, administratorNamed, type HelpDeskDependencies, type Realm } from '@sparekey/realms';
import type { Storage } from '@sparekey/storage';
import type { Command, Invocation } from './command.ts';
import { realmOf } from './commands/realm-of.ts';
import { operatorOf } from './operator.ts';
import { withStorage } from './session.ts';

function helpDeskOn({ stores, transaction, attempts, keyring }: Storage): HelpDeskDependencies {
  return {
    stores,
    transaction: (work) => transaction(work),
    attempts,
    passes: createRecoveryPasses({ key: keyring.deriveKey('recovery-pass'), random: randomBytes }),
  };
}

export interface Deciding {
  helpDesk: HelpDeskDependencies;
  realm: Realm;
  by: Administrator;
  why: string;
}

/** A decision about a person of REALM by the administrator of `--operator`. Errors: `not_found`, `forbidden`, UsageError. */
export async function deciding<T>(
  invocation: Invocation,
  command: Command,
  decide: (deciding: Deciding) => Promise<T>,
): Promise<T> {
  const { operator, reason } = operatorOf(invocation, command);
  return withStorage(async ({ storage }) => {
    const realm = await realmOf(storage, invocation.operands[0] ?? '');
    const by = await administratorNamed(storage.stores, realm, operator);
    return decide({ helpDesk: helpDeskOn(storage), realm, by, why: reason });
  });
}
