import { AppError } from '@sparekey/contracts';
import { effectivePolicy, type Policy } from '@sparekey/policy';
import { isAdministrator } from '../administrators.ts';
import type { Realm, User, UserClaims } from '../model.ts';
import type { Administrator, HelpDeskDependencies, HelpDeskStores } from './ports.ts';

/** Minutes that a pass can be used, once it counts. */
export const PASS_MINUTES = { least: 5, most: 60, usual: 15 } as const;

export interface IssuedPass {
  pass: string;
  /** Told to the person, once; kept nowhere. */
  code: string;
  user: string;
  /** From then on it counts, where the policy makes it wait. */
  usableAt: Date;
  expiresAt: Date;
  /** It counts once another administrator approved it. */
  needsApproval: boolean;
}

/**
 * Issues a pass to somebody who lost every way back in, for a stated reason. It stands in for the second factor, after
 * the password, once; codes and devices of the person are neither shown nor changed. An earlier pass ends, and the
 * person is told, with a way to stop it. Errors: `not_found` for nobody, or a disabled person; `forbidden` for oneself;
 * `validation_failed` for a blank reason or other minutes.
 */
export async function issuePass(
  { stores, transaction, passes }: Pick<HelpDeskDependencies, 'stores' | 'transaction' | 'passes'>,
  request: { realm: Realm; login: string; by: Administrator; why: string; minutes: number },
): Promise<IssuedPass> {
  const { realm, login, by, why, minutes } = request;
  if (!Number.isInteger(minutes) || minutes < PASS_MINUTES.least || minutes > PASS_MINUTES.most) {
    throw new AppError('validation_failed', `A pass lives ${PASS_MINUTES.least} to ${PASS_MINUTES.most} minutes`);
  }
  refuseBlank(why);
  const person = await holderOf(stores, realm, login);
  if (person.id === by.id) throw new AppError('forbidden', 'Nobody issues a pass to themselves');
  const claims = await stores.users.claims(realm.id, person.id);
  const policy = await policyOf(stores, realm, claims);
  const needsApproval = isAdministrator({ name: realm.name, policy }, claims);
  const { code, digest } = passes.make(realm.id, person.id);
  const { passWaitHours } = policy.recovery;
  return transaction(async ({ recoveryPasses, audit }) => {
    const { id, usableAt, expiresAt } = await recoveryPasses.issue({
      realmId: realm.id,
      userId: person.id,
      digest,
      operator: by.id,
      needsApproval,
      minutes,
      waitHours: passWaitHours,
    });
    await audit.append({
      type: 'recovery_pass.issued',
      realmId: realm.id,
      actor: by.actor,
      subject: person.id,
      outcome: 'success',
      detail: { pass: id, why, minutes, needsApproval, usableAt: usableAt.toISOString() },
    });
    return { pass: id, code, user: person.username, usableAt, expiresAt, needsApproval };
  });
}

/** A decision without a reason cannot be judged later. Errors: `validation_failed`. */
export function refuseBlank(why: string): void {
  if (why.trim() === '') throw new AppError('validation_failed', 'A reason is missing: it is kept in the audit trail');
}

async function holderOf({ users }: HelpDeskStores, realm: Realm, login: string): Promise<User> {
  const person = await users.byLogin(realm.id, login);
  if (!person?.enabled || person.serviceAccountClientId !== undefined) {
    throw new AppError('not_found', `There is no enabled person ${login} in realm ${realm.name}`);
  }
  return person;
}

/** The policy the person is under: an organization may call further roles privileged, and make passes wait longer. */
async function policyOf({ policies }: HelpDeskStores, realm: Realm, claims: UserClaims | undefined): Promise<Policy> {
  const ids = new Set<string>(Object.values(claims?.organizations ?? {}));
  const deciding = (await policies.overrides(realm.id)).filter(({ id }) => ids.has(id));
  return effectivePolicy(
    realm.policy,
    deciding.map(({ alias, override }) => ({ name: alias, override })),
  ).policy;
}
