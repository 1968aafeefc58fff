import type { RealmId, UserId } from '@sparekey/contracts';
import type { UserClaims } from '@sparekey/realms';
import type { Account, FindAccount } from 'oidc-provider';
import { isRequiredAction } from '../required-actions.ts';
import { toClaims } from './claims.ts';

/** Reads a person's claims afresh; undefined when there is nobody of that id. */
export type ReadClaims = (realmId: RealmId, userId: UserId) => Promise<UserClaims | undefined>;

/** Everything of a person that tokens tell; undefined for people who may not be signed in (gone or disabled). */
export async function usableClaims(
  readClaims: ReadClaims,
  realmId: RealmId,
  accountId: string,
): Promise<UserClaims | undefined> {
  const claims = await readClaims(realmId, accountId as UserId);
  return claims?.user.enabled === true ? claims : undefined;
}

/** What is kept of a person with the engine's account of one request. */
const people = new WeakMap<Account, UserClaims>();

/** The person behind an account that `accountFinder` gave. */
export function personOf(account: Account | undefined): UserClaims | undefined {
  return account && people.get(account);
}

/**
 * The engine's view of people. It is asked at every authorization, token and userinfo request, so that disabling a
 * person stops all their tokens with the next use.
 */
export function accountFinder(readClaims: ReadClaims, realmId: RealmId): FindAccount {
  return async (_ctx, sub) => {
    const claims = await usableClaims(readClaims, realmId, sub);
    if (claims === undefined) return undefined;
    const account = {
      accountId: claims.user.id,
      requiresAction: claims.user.requiredActions.some(isRequiredAction),
      claims: () => ({ ...toClaims(claims), sub: claims.user.id }),
    };
    people.set(account, claims);
    return account;
  };
}
