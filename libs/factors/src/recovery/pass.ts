import type { RealmId, UserId } from '@sparekey/contracts';
import { createPasses, type Passes, type PassStore } from './passes.ts';

/** Passes of the help desk. `matches` and `consume` count only what is approved, where that is needed. */
export interface RecoveryPassStore extends PassStore {
  /** Stores one; an unused one before it ends. `minutes` from now, by the database's clock. */
  issue(pass: {
    realmId: RealmId;
    userId: UserId;
    digest: Buffer;
    operator: string;
    needsApproval: boolean;
    minutes: number;
  }): Promise<{ id: string; expiresAt: Date }>;
  /** Guarded: true for the first operator other than the one who issued it. */
  approve(realmId: RealmId, id: string, operator: string): Promise<{ userId: UserId } | undefined>;
  /** Whether the person could use one now. */
  live(realmId: RealmId, userId: UserId): Promise<boolean>;
}

export type RecoveryPasses = Passes;

/** Typed in place of a backup code, after the password, and counted with the codes. */
export function createRecoveryPasses(dependencies: { key: Buffer; random: (count: number) => Buffer }): RecoveryPasses {
  return createPasses({ ...dependencies, storeOf: ({ recoveryPasses }) => recoveryPasses });
}
