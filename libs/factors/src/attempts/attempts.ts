import { createHmac } from 'node:crypto';
import type { Actor, AuditTrail, Origin } from '@sparekey/audit';
import type { OrganizationId, RealmId, UserId } from '@sparekey/contracts';
import type { Policy } from '@sparekey/policy';
import type { FactorKind } from '../factor.ts';
import type { AttemptCounter, AttemptKey } from '../ports.ts';

/** One try of one proof. */
export interface Attempt {
  realmId: RealmId;
  factor: FactorKind;
  /** The person the typed name belongs to; undefined when nobody has it. */
  userId: UserId | undefined;
  /** What was typed as the name; counts when there is no person. */
  login: string;
  /** Address of the peer, or what a trusted proxy said. */
  ip: string;
  policy: Policy;
}

/** What the audit event of a lock tells beside the attempt. */
export interface AttemptContext {
  actor: Actor;
  origin?: Origin;
  organizationId?: OrganizationId;
  clientId?: string;
  signInUid?: string;
}

export type AttemptGate =
  | {
      allowed: true;
      /** Consecutive failures, this attempt included should it fail. */
      failures: number;
      /** Seconds that have to be waited if this attempt fails; 0 while below the limit. */
      waitSeconds: number;
      /** Tries left before a wait begins if this attempt fails. */
      triesLeft: number;
      /** After the success is spent: the person's count starts anew, the network gets its try back. */
      succeeded(): Promise<void>;
      /** Nothing was evaluated, as all hands were busy: person and network get their try back. */
      unevaluated(): Promise<void>;
      /** In the transaction of the failure: writes `attempts.locked` when a wait begins with it, of person or network. */
      failed(audit: AuditTrail, context: AttemptContext): Promise<void>;
    }
  | {
      allowed: false;
      waitSeconds: number;
      /** No wait will help: the hard stop is reached. */
      stopped: boolean;
      scope: 'person' | 'network';
    };

/**
 * Limits on guessing. An attempt is counted before it is checked, in its own committed statement, so that neither a
 * rollback nor parallel requests give extra guesses; a malformed input must be turned away before, as it costs nothing.
 */
export interface Attempts {
  begin(attempt: Attempt): Promise<AttemptGate>;
}

export interface AttemptsDependencies {
  counter: AttemptCounter;
  /** Keys the digest of names that nobody has, so that stored counters do not tell what was typed. */
  loginKey: Buffer;
  /** The one spelling under which names are looked up: every spelling of a name that nobody has shares one counter. */
  normaliseLogin(login: string): string;
  /** The network an address belongs to; what is no address belongs to one as well. */
  networkOf(ip: string): string;
}

export function createAttempts(dependencies: AttemptsDependencies): Attempts {
  const { counter, loginKey, normaliseLogin, networkOf } = dependencies;

  function subjectOf({ realmId, userId, login }: Attempt): string {
    if (userId !== undefined) return userId;
    const name = normaliseLogin(login.toWellFormed());
    return `name:${createHmac('sha256', loginKey).update(`${realmId}\0${name}`).digest('hex')}`;
  }

  return {
    async begin(attempt): Promise<AttemptGate> {
      const { realmId, factor, policy, userId } = attempt;
      const limit = policy.lockout[factor];
      const network = networkOf(attempt.ip);
      const byNetwork = await counter.networkBegin(realmId, network, policy.lockout.networkFailuresPerHour);
      if (!byNetwork.allowed) return { ...byNetwork, scope: 'network' };
      const key: AttemptKey = { realmId, factor, subject: subjectOf(attempt) };
      const permit = await counter.begin(key, limit);
      if (!permit.allowed) {
        // Nothing is evaluated, so nothing was guessed: a neighbour's locked account must not use up the network.
        await counter.networkRefund(realmId, network);
        return { ...permit, scope: 'person' };
      }
      const { failures, waitSeconds } = permit;
      return {
        allowed: true,
        failures,
        waitSeconds,
        triesLeft: Math.max(0, limit.failures - failures),
        async succeeded() {
          await counter.succeeded(key);
          await counter.networkRefund(realmId, network);
        },
        async unevaluated() {
          await counter.returned(key, limit);
          await counter.networkRefund(realmId, network);
        },
        async failed(audit, context) {
          const locked = {
            ...context,
            type: 'attempts.locked',
            realmId,
            ...(userId === undefined ? {} : { subject: userId }),
            outcome: 'denied',
            reason: 'too_many_failures',
          } as const;
          if (waitSeconds > 0) {
            await audit.append({ ...locked, detail: { factor, failures, waitSeconds, scope: 'person' } });
          }
          if (byNetwork.failures >= policy.lockout.networkFailuresPerHour) {
            await audit.append({ ...locked, detail: { factor, failures: byNetwork.failures, scope: 'network' } });
          }
        },
      };
    },
  };
}
