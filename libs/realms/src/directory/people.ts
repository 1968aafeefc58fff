import { AppError, type UserId } from '@sparekey/contracts';
import type { ScimRecord } from '@sparekey/provisioning';
import { type JsonObject, own, type ResourceType, ScimError } from '@sparekey/scim';
import type { User } from '../model.ts';
import { normaliseLogin } from '../normalise-login.ts';
import { type AccountPart, accountOf } from './account-of.ts';
import { differences } from './differences.ts';
import { tell } from './told.ts';
import type { DirectoryStores, DirectoryWriter, Wanted } from './writer.ts';

function sameAddress(a: string | undefined, b: string | undefined): boolean {
  return a !== undefined && b !== undefined && normaliseLogin(a) === normaliseLogin(b);
}

/** An address counts as verified when the connection says that its directory knows, or when it was before. */
function verified({ connection }: DirectoryWriter, account: AccountPart, before: User | undefined): boolean {
  if (account.email === undefined) return false;
  return sameAddress(account.email, before?.email) ? (before?.emailVerified ?? false) : connection.settings.trustEmail;
}

/** Errors: 409 naming what is taken. */
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
async function endAccess(writer: DirectoryWriter, stores: DirectoryStores, id: UserId): Promise<void> {
  const { realmId } = writer.reach;
  const { actor, origin } = writer;
  const event = { realmId, actor, subject: id, outcome: 'success', ...(origin && { origin }) } as const;
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
async function tellOfAddress(
  { reach, actor, origin }: DirectoryWriter,
  { audit }: DirectoryStores,
  before: User,
  after: User,
): Promise<void> {
  await audit.append({
    type: 'profile.updated',
    realmId: reach.realmId,
    actor,
    subject: before.id,
    outcome: 'success',
    ...(origin && { origin }),
    detail: { fields: 'email' },
    changed: { email: { from: before.emailVerified ? before.email : undefined, to: after.email } },
  });
}

/**
 * A person whom a directory brings, owned by its connection. The account is written by its own store, so that every rule
 * of accounts holds for directories too. Call it in a transaction. Errors: ScimError, 409 when a name is taken.
 */
export async function createPerson(
  writer: DirectoryWriter,
  stores: DirectoryStores,
  type: ResourceType,
  wanted: Wanted,
): Promise<User> {
  const account = accountOf(wanted, writer.toAccount);
  const { realmId, organizationId } = writer.reach;
  const person = await naming(account, () =>
    stores.users.create({
      ...account.over({}),
      realmId,
      emailVerified: verified(writer, account, undefined),
      phoneNumberVerified: false,
      requiredActions: [],
    }),
  );
  if (organizationId !== undefined) await stores.organizations.join(realmId, organizationId, person.id);
  await stores.scimResources.insert(writer.reach, type, { ...kept(wanted), id: person.id });
  await tell(writer, stores, { type: 'scim.resource_created', resourceType: type, id: person.id });
  return person;
}

/**
 * Makes a person what their directory says, which owns them from then on. Whoever may not sign in any more loses with it
 * what they could still use. `record` is locked. Returns the person as they are then. Errors: as `createPerson`.
 */
export async function changePerson(
  writer: DirectoryWriter,
  stores: DirectoryStores,
  type: ResourceType,
  record: ScimRecord,
  wanted: Wanted,
): Promise<User> {
  const before = await stores.users.byId(writer.reach.realmId, record.id as UserId);
  if (before === undefined) throw new AppError('not_found', 'the person is gone');
  const account = accountOf(wanted, writer.toAccount);
  const told = account.over(before);
  // An address that the directory does not decide stays as it is, and as verified as it was.
  const isSame = told.email === before.email;
  const after = { ...told, emailVerified: isSame ? before.emailVerified : verified(writer, account, before) };
  // The document first: the trigger of the account then finds that it says the same, and makes no version of its own.
  await stores.scimResources.update(writer.reach, type, { ...kept(wanted), id: record.id });
  await naming(account, () => stores.users.update(after));
  const fields = differences(type, record.data, wanted.data);
  await tell(writer, stores, { type: 'scim.resource_changed', resourceType: type, id: record.id, fields });
  if (before.email !== after.email) await tellOfAddress(writer, stores, before, after);
  if (before.enabled && !after.enabled) {
    await tell(writer, stores, { type: 'scim.user_deactivated', resourceType: type, id: record.id });
    await endAccess(writer, stores, before.id);
  }
  if (!before.enabled && after.enabled)
    await tell(writer, stores, { type: 'scim.user_activated', resourceType: type, id: record.id });
  return after;
}

/** `active` is always said, since a directory asks for it. */
function kept({ externalId, data }: Wanted): { externalId?: string; data: JsonObject } {
  return {
    ...(externalId === undefined ? {} : { externalId }),
    data: { ...data, active: own(data, 'active') !== false },
  };
}
