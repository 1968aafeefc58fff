import { AppError } from '@sparekey/contracts';
import { type PolicyChange, spelledValue } from '@sparekey/policy';
import type { Organization, Realm } from '@sparekey/realms';
import type { Storage } from '@sparekey/storage';
import type { CommandOption } from './command.ts';
import { realmOf } from './commands/realm-of.ts';
import { table } from './table.ts';

export const organizationOption: CommandOption = {
  value: 'ALIAS',
  about: 'What this organization of the realm decides, in place of the realm itself',
};

/** Whose policy a command is about. Errors: `not_found`. */
export async function policyTarget(
  { stores }: Storage,
  realmName: string,
  alias: string | undefined,
): Promise<{ realm: Realm; organization: Organization | undefined }> {
  const realm = await realmOf({ stores }, realmName);
  if (alias === undefined) return { realm, organization: undefined };
  const organization = (await stores.organizations.list(realm.id)).find((each) => each.alias === alias);
  if (organization === undefined) throw new AppError('not_found', `There is no organization ${alias} in ${realmName}`);
  return { realm, organization };
}

/** A value as `policy set` takes it; a dash where nothing is decided. */
export function spelled(value: unknown): string {
  return value === undefined ? '—' : spelledValue(value);
}

export function changeTable(changes: readonly PolicyChange[]): string {
  return table(
    ['setting', 'before', 'after'],
    changes.map(({ path, before, after }) => [path, spelled(before), spelled(after)]),
  );
}
