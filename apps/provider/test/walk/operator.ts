import { randomBytes } from 'node:crypto';
import { createRecoveryPasses } from '@sparekey/factors';
import type { Storage } from '@sparekey/storage';
import type { Chance } from './chance.ts';
import { bare } from './given.ts';
import { kinds, type Settlers } from './settlers.ts';
import type { World } from './world.ts';

/** What an administrator does now and then; returns it in words. */
export async function operate(
  storage: Storage,
  world: World,
  chance: Chance,
  settlers: Settlers,
  recovering: readonly string[],
): Promise<string> {
  const { stores } = storage;
  const { realm } = world;
  const person = chance.any([...world.people.values()]);
  const user = person && (await stores.users.byId(realm.id, person.id));
  if (user === undefined) return 'nobody is there to operate on';
  switch (chance.pick(['unlock', 'newcomer', 'pass', 'approve', 'disable', 'require'])) {
    case 'unlock':
      for (const each of world.people.keys()) await storage.attempts.unlock(realm.id, each);
      return 'the operator unlocks everybody';
    case 'newcomer': {
      // Whoever was longest here goes, so that there is always somebody fresh.
      const [oldest] = world.people.values();
      if (oldest !== undefined && world.people.size > 12) {
        world.people.delete(oldest.id);
        await stores.users.remove(realm.id, oldest.id);
      }
      const { username } = await settlers.settle(world, chance.pick(kinds));
      return `${username} joins`;
    }
    case 'pass': {
      const passes = createRecoveryPasses({ key: storage.keyring.deriveKey('recovery-pass'), random: randomBytes });
      const { code, digest } = passes.make(realm.id, user.id);
      for (const [text, owner] of world.passes) if (owner === user.id) world.passes.delete(text);
      await stores.recoveryPasses.issue({
        realmId: realm.id,
        userId: user.id,
        digest,
        operator: 'walk',
        needsApproval: false,
        minutes: 60,
      });
      world.passes.set(bare(code), user.id);
      return `${user.username} gets a pass`;
    }
    case 'approve': {
      const uid = chance.any(recovering);
      const recovery = world.recoveries.get(uid ?? '');
      const waiting = (await stores.recoveryCases.list(realm.id, { all: false, limit: 50 })).find(
        ({ signInUid }) => signInUid === uid,
      );
      if (recovery === undefined || waiting === undefined) return 'no recovery waits';
      await stores.recoveryCases.approve(realm.id, waiting.id, 'walk');
      recovery.approved = true;
      return `the recovery in ${uid} is approved`;
    }
    case 'disable':
      await stores.users.update({ ...user, enabled: !user.enabled || chance.happens(0.5) });
      return `${user.username} is ${user.enabled ? 'perhaps disabled' : 'enabled'}`;
    default: {
      const action = chance.pick([
        'UPDATE_PASSWORD',
        'CONFIGURE_TOTP',
        'CONFIGURE_RECOVERY_AUTHN_CODES',
        'webauthn-register',
      ]);
      await stores.users.update({ ...user, requiredActions: [action] });
      return `${user.username} has to ${action}`;
    }
  }
}
