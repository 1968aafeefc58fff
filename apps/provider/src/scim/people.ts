import type { UserId } from '@sparekey/contracts';
import type { ScimRecord } from '@sparekey/provisioning';
import { accountOf, changePerson, createPerson, normaliseLogin, tell, type User } from '@sparekey/realms';
import { refuse } from '@sparekey/scim';
import type { Stores } from '@sparekey/storage';
import { setPassword } from '../passwords/new-password.ts';
import type { ScimCall } from './call.ts';
import type { Keeper } from './keeper.ts';

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

async function adopted(call: ScimCall, stores: Stores, username: string): Promise<ScimRecord | undefined> {
  if (call.connection.settings.adopt !== 'unowned') return undefined;
  const type = call.registry.byName('User');
  const person = await stores.users.byLogin(call.reach.realmId, username);
  if (type === undefined || person === undefined || normaliseLogin(person.username) !== normaliseLogin(username))
    return undefined;
  const record = await stores.scimResources.lock({ ...call.reach, visibility: 'realm' }, type, person.id);
  return record?.isOwned === false ? record : undefined;
}

/** People, by the door that every directory writes them through. */
export const people: Keeper = {
  async create(call, stores, type, wanted) {
    const known = await adopted(call, stores, accountOf(wanted, call.toAccount).username);
    if (known !== undefined) {
      await people.change(call, stores, type, known, wanted);
      return known.id;
    }
    const person = await createPerson(call, stores, type, wanted);
    if (wanted.password !== undefined) await givePassword(call, stores, person, wanted.password);
    return person.id;
  },

  async change(call, stores, type, record, wanted) {
    const person = await changePerson(call, stores, type, record, wanted);
    if (wanted.password !== undefined) await givePassword(call, stores, person, wanted.password);
  },

  async remove(call, stores, type, record) {
    await tell(call, stores, { type: 'scim.resource_deleted', resourceType: type, id: record.id });
    await stores.erasure.erase(call.reach.realmId, record.id as UserId);
  },
};
