import { AppError, type UserId } from '@sparekey/contracts';
import type { ScimRecord } from '@sparekey/provisioning';
import { normaliseLogin, type User } from '@sparekey/realms';
import { type JsonObject, own, refuse, ScimError } from '@sparekey/scim';
import type { Stores } from '@sparekey/storage';
import { setPassword } from '../passwords/new-password.ts';
import { type AccountPart, accountOf } from './account-of.ts';
import type { ScimCall } from './call.ts';
import { differences } from './differences.ts';
import type { Keeper, Wanted } from './keeper.ts';
import { tell } from './told.ts';

function sameAddress(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && normaliseLogin(a) === normaliseLogin(b);
}

/** An address counts as verified when the connection says that its directory knows, or when it was before. */
function verified(call: ScimCall, account: AccountPart, before: User | undefined): boolean {
  if (account.email === undefined) return false;
  return sameAddress(account.email, before?.email)
    ? (before?.emailVerified ?? false)
    : call.connection.settings.trustEmail;
}

/** Errors: `conflict` naming what is taken. */
async function naming<T>(account: AccountPart, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'conflict') throw error;
    const what =
      account.email === undefined
        ? `userName ${JSON.stringify(account.username)} is`
        : 'userName or the main e-mail is';
    throw new ScimError(409, 'uniqueness', `The ${what} taken in this realm.`);
  }
}

/** Everything that a person who may not sign in any more could still use, in one transaction with their being disabled. */
async function endAccess(call: ScimCall, stores: Stores, id: UserId): Promise<void> {
  const { realmId } = call.reach;
  const event = { realmId, actor: call.actor, subject: id, outcome: 'success', origin: call.origin } as const;
  await stores.devices.distrustAll(realmId, id);
  for (const vetoed of await stores.recoveryCases.vetoAll(realmId, id)) {
    await stores.audit.append({ ...event, type: 'recovery.vetoed', detail: { case: vetoed, why: 'deactivated' } });
  }
  await stores.actionLinks.revoke(realmId, id, 'forgot_password');
  for (const { clientId } of await stores.applications.list(realmId, id)) {
    await stores.applications.disconnect(realmId, id, clientId);
  }
  const count = await stores.sessions.endAll(realmId, id);
  await stores.audit.append({ ...event, type: 'session.ended_all', detail: { by: 'deactivation', count } });
}

/** The event by which people are told, at the old address and at the new one, whichever door moved them. */
async function tellOfAddress(call: ScimCall, stores: Stores, before: User, after: User): Promise<void> {
  await stores.audit.append({
    type: 'profile.updated',
    realmId: call.reach.realmId,
    actor: call.actor,
    subject: before.id,
    outcome: 'success',
    origin: call.origin,
    detail: { fields: 'email' },
    changed: { email: { from: before.emailVerified ? before.email : undefined, to: after.email } },
  });
}

async function givePassword(call: ScimCall, stores: Stores, person: User, password: string): Promise<void> {
  const { realm } = call.realm;
  const judged = await call.services.newPasswords.check(stores, {
    realmId: realm.id,
    userId: person.id,
    policy: realm.policy,
    words: {
      person: [person.username, person.email, person.firstName, person.lastName],
      realm: [realm.name, realm.displayName],
    },
    password,
  });
  if (!judged.accepted) {
    if (judged.refusal.kind === 'unchanged') return;
    refuse(
      'invalidValue',
      `The password is refused by the policy of the realm: ${judged.refusal.kind.replaceAll('_', ' ')}.`,
    );
  }
  await setPassword(stores, call.realm, person, judged.phc, { actor: call.actor, origin: call.origin });
}

/** What the directory decides of an account, over what it was; nothing else of the person changes. */
function withAccount(before: User, account: AccountPart, emailVerified: boolean): User {
  const { firstName: _first, lastName: _last, email: _email, ...rest } = before;
  return { ...rest, ...account, emailVerified };
}

async function adopted(call: ScimCall, stores: Stores, username: string): Promise<ScimRecord | undefined> {
  if (call.connection.settings.adopt !== 'unowned') return undefined;
  const type = call.registry.byName('User');
  const person = await stores.users.byLogin(call.reach.realmId, username);
  if (type === undefined || person === undefined || normaliseLogin(person.username) !== normaliseLogin(username))
    return undefined;
  const record = await stores.scimResources.lock({ ...call.reach, visibility: 'realm' }, type, person.id);
  return record?.isOwned === false ? record : undefined;
}

/** People: the account is written by its own store, so that every rule of accounts holds for directories too. */
export const people: Keeper = {
  async create(call, stores, type, wanted) {
    const account = accountOf(wanted.data);
    const known = await adopted(call, stores, account.username);
    if (known !== undefined) {
      await people.change(call, stores, type, known, wanted);
      return known.id;
    }
    const { realmId, organizationId } = call.reach;
    const person = await naming(account, () =>
      stores.users.create({
        realmId,
        ...account,
        emailVerified: verified(call, account, undefined),
        phoneNumberVerified: false,
        attributes: {},
        requiredActions: [],
      }),
    );
    if (organizationId !== undefined) await stores.organizations.join(realmId, organizationId, person.id);
    await stores.scimResources.insert(call.reach, type, { ...kept(wanted), id: person.id });
    await tell(call, stores, { type: 'scim.resource_created', resourceType: type, id: person.id });
    if (wanted.password !== undefined) await givePassword(call, stores, person, wanted.password);
    return person.id;
  },

  async change(call, stores, type, record, wanted) {
    const { realmId } = call.reach;
    const before = await stores.users.byId(realmId, record.id as UserId);
    if (before === undefined) throw new AppError('not_found', 'the person is gone');
    const account = accountOf(wanted.data);
    const after = withAccount(before, account, verified(call, account, before));
    // The document first: the trigger of the account then finds that it says the same, and makes no version of its own.
    await stores.scimResources.update(call.reach, type, { ...kept(wanted), id: record.id });
    await naming(account, () => stores.users.update(after));
    const fields = differences(type, record.data, wanted.data);
    await tell(call, stores, { type: 'scim.resource_changed', resourceType: type, id: record.id, fields });
    if (before.email !== after.email) await tellOfAddress(call, stores, before, after);
    if (before.enabled && !after.enabled) {
      await tell(call, stores, { type: 'scim.user_deactivated', resourceType: type, id: record.id });
      await endAccess(call, stores, before.id);
    }
    if (!before.enabled && after.enabled)
      await tell(call, stores, { type: 'scim.user_activated', resourceType: type, id: record.id });
    if (wanted.password !== undefined) await givePassword(call, stores, after, wanted.password);
  },

  async remove(call, stores, type, record) {
    await tell(call, stores, { type: 'scim.resource_deleted', resourceType: type, id: record.id });
    await stores.erasure.erase(call.reach.realmId, record.id as UserId);
  },
};

/** `active` is always said, since a directory asks for it. */
function kept({ externalId, data }: Wanted): { externalId?: string; data: JsonObject } {
  return {
    ...(externalId === undefined ? {} : { externalId }),
    data: { ...data, active: own(data, 'active') !== false },
  };
}
