import type { Command } from '../command.ts';
import { withStorage } from '../session.ts';
import { realmOf } from './realm-of.ts';
import { userOf } from './user-of.ts';

export const userUnlock: Command = {
  name: 'user unlock',
  operands: ['REALM', 'NAME'],
  summary: 'Lets a person try again after too many failures',
  details: [
    'Ends waits and hard stops of every factor of the person, named by username or e-mail address. Proofs stay as they are: a person who forgot the password asks for a reset link.',
  ],
  options: {},
  async run({ operands: [realmName = '', login = ''], output }) {
    const { user, factors } = await withStorage(async ({ storage }) => {
      const realm = await realmOf(storage, realmName);
      const found = await userOf(storage, realm, login);
      // Counters commit on their own: told first, so that no unlocking goes untold.
      await storage.stores.audit.append({
        type: 'attempts.unlocked',
        realmId: realm.id,
        actor: { kind: 'operator', name: 'sparekey user unlock' },
        subject: found.id,
        outcome: 'success',
      });
      return { user: found, factors: await storage.attempts.unlock(realm.id, found.id) };
    });
    const said = factors.length === 0 ? 'There were no failures.' : `Failures forgotten: ${factors.join(', ')}.`;
    output.print(
      output.json
        ? JSON.stringify({ id: user.id, username: user.username, factors })
        : `${user.username} may try again. ${said}`,
    );
    return 0;
  },
};
