import type { RealmId, UserId } from '@sparekey/contracts';
import { createPasses, type Passes, type PassStore } from './passes.ts';

/** Passes of the help desk. `matches` and `consume` count only what is approved, where that is needed. */
export interface RecoveryPassStore extends PassStore {
  /**
   * Stores one; an unused one before it ends. It counts after `waitHours` (none unless given), for `minutes` from then, by
   * the database's clock.
   */
  issue(pass: {
    realmId: RealmId;
    userId: UserId;
    digest: Buffer;
    operator: string;
    needsApproval: boolean;
    minutes: number;
    waitHours?: number;
  }): Promise<{ id: string; usableAt: Date; expiresAt: Date }>;
  /** Guarded: for the first administrator who neither issued it nor is who it is for. */
  approve(realmId: RealmId, id: string, operator: string): Promise<{ userId: UserId } | undefined>;
  /** Ends an unused one; undefined when it is used, ended or expired. */
  revoke(realmId: RealmId, id: string): Promise<{ userId: UserId } | undefined>;
  /** Ends what a person could use, now or after its wait; returns the ids. */
  revokeAll(realmId: RealmId, userId: UserId): Promise<string[]>;
  /** Whether the person could use one now. */
  live(realmId: RealmId, userId: UserId): Promise<boolean>;
}

export type RecoveryPasses = Passes;

/** Typed in place of a backup code, after the password, and counted with the codes. */
export function createRecoveryPasses(dependencies: { key: Buffer; random: (count: number) => Buffer }): RecoveryPasses {
  return createPasses({ ...dependencies, storeOf: ({ recoveryPasses }) => recoveryPasses });
}
