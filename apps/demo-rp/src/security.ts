import type { SignedIn } from './sessions.ts';

/** The part of the account REST that is shown here: what a person signs in with, and how many codes are left. */
export interface Security {
  factors: { kind: string; label: string; lastUsedAt?: string }[];
  codesLeft?: number;
}

/** Whether a sign-in came with the scope that opens the account REST. */
export const maySeeSecurity = ({ scope }: Pick<SignedIn, 'scope'>): boolean => scope.split(' ').includes('account');

/** Asks the account REST below `issuer`; undefined when it does not answer the token (any more). */
export async function securityOf(issuer: URL, accessToken: string): Promise<Security | undefined> {
  const ask = async (path: string): Promise<unknown> => {
    const answer = await fetch(`${issuer.href.replace(/\/$/, '')}/account/api/${path}`, {
      headers: { authorization: `Bearer ${accessToken}` },
      redirect: 'error',
      signal: AbortSignal.timeout(5000),
    });
    return answer.ok ? answer.json() : undefined;
  };
  const [held, codes] = await Promise.all([ask('factors'), ask('backup-codes')]);
  if (held === undefined || codes === undefined) return undefined;
  const { factors } = held as Pick<Security, 'factors'>;
  const { active } = codes as { active?: { left: number } };
  return { factors, ...(active === undefined ? {} : { codesLeft: active.left }) };
}
