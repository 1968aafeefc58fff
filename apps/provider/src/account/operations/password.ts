import { setPassword } from '../../passwords/new-password.ts';
import { type Acting, byWay } from './acting.ts';

/** Sets a password that was judged (`judgeNewPassword`); every session but the one that asks ends. */
export async function changePassword(acting: Acting, { phc }: { phc: string }): Promise<void> {
  const { services, realm, person, sessionUid } = acting;
  const by = { actor: { kind: 'user', id: person.id }, ...byWay(acting), keepSession: sessionUid } as const;
  await services.storage.transaction((stores) => setPassword(stores, realm, person, phc, by));
}
