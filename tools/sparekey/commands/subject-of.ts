import { AppError } from '@sparekey/contracts';
import type { Subject } from '@sparekey/provisioning';
import type { Realm } from '@sparekey/realms';
import type { Storage } from '@sparekey/storage';
import { type Command, type Invocation, UsageError } from '../command.ts';
import { userOf } from './user-of.ts';

/** Options that name one person or group of a realm. */
export const subjectOptions = {
  user: { value: 'NAME', about: 'Username or e-mail address of a person' },
  group: { value: 'PATH', about: 'Path of a group' },
} as const;

/** The person or group that `--user` or `--group` names. Errors: `not_found`. */
export async function subjectOf(storage: Storage, realm: Realm, { value }: Invocation): Promise<Subject> {
  const [login, path] = [value('user'), value('group')];
  if (login !== undefined) return { kind: 'user', localId: (await userOf(storage, realm, login)).id };
  const group = (await storage.stores.groups.list(realm.id)).find((each) => each.path === path);
  if (group === undefined) throw new AppError('not_found', `There is no group ${path} in realm ${realm.name}.`);
  return { kind: 'group', localId: group.id };
}

/** As `subjectOf`; undefined when neither is given. Errors: UsageError when both are. */
export async function oneOrAll(
  storage: Storage,
  realm: Realm,
  invocation: Invocation,
  command: Command,
): Promise<Subject | undefined> {
  const named = ['user', 'group'].filter((option) => invocation.value(option) !== undefined).length;
  if (named > 1) throw new UsageError('Only one of --user and --group may be given.', command);
  return named === 0 ? undefined : subjectOf(storage, realm, invocation);
}
