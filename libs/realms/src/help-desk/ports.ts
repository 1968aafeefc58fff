import type { Actor } from '@sparekey/audit';
import type { UserId } from '@sparekey/contracts';
import type { AttemptCounter, FactorStores, Passes, RecoveryCaseStore } from '@sparekey/factors';
import type { RealmStores } from '../ports.ts';

/** What the help desk touches, bound to one transaction. */
export interface HelpDeskStores
  extends Pick<RealmStores, 'realms' | 'users' | 'policies' | 'audit'>,
    Pick<FactorStores, 'recoveryPasses'> {
  recoveryCases: RecoveryCaseStore;
}

export interface HelpDeskDependencies {
  stores: HelpDeskStores;
  transaction<T>(work: (stores: HelpDeskStores) => Promise<T>): Promise<T>;
  passes: Pick<Passes, 'make'>;
  attempts: Pick<AttemptCounter, 'unlock'>;
}

/**
 * Who decides. Told apart by the account and by nothing that can be spelled in two ways: a username and an e-mail address
 * of one account are one administrator.
 */
export interface Administrator {
  id: UserId;
  username: string;
  /** As the audit trail names them: by the door through which they came. */
  actor: Extract<Actor, { kind: 'operator' | 'user' }>;
}
