import { breakGlassOn } from '../break-glass.ts';
import type { Command } from '../command.ts';
import { withStorage } from '../session.ts';
import { table } from '../table.ts';

export const breakGlassList: Command = {
  name: 'break-glass list',
  operands: [],
  summary: 'Shows what is sealed and what is open, in every realm',
  details: ['No code is shown, as none is kept. What is open stays so until `break-glass close`.'],
  options: {},
  async run({ output }) {
    const found = await withStorage(async ({ storage }) => {
      const { stores } = breakGlassOn(storage);
      const realms = await storage.stores.realms.list();
      const sets = await Promise.all(realms.map(({ id }) => stores.breakGlass.live(id)));
      const sealed = realms.flatMap((realm, index) => {
        const set = sets[index];
        if (set === undefined) return [];
        const left = set.verifiers.filter((verifier) => verifier !== null).length;
        return [
          { realm: realm.name, codes: set.verifiers.length, left, createdAt: set.createdAt, createdBy: set.createdBy },
        ];
      });
      const open = await Promise.all(
        (await stores.breakGlass.openings()).map(async (each) => ({
          opening: each.id,
          realm: realms.find(({ id }) => id === each.realmId)?.name ?? each.realmId,
          user: (await stores.users.byId(each.realmId, each.userId))?.username ?? each.userId,
          openedBy: each.openedBy,
          openedAt: each.openedAt,
          expiresAt: each.expiresAt,
          usedAt: each.usedAt,
          madeAccount: each.madeAccount,
        })),
      );
      return { sealed, open };
    });
    if (output.json) {
      output.print(JSON.stringify(found, undefined, 2));
      return 0;
    }
    const sealed = found.sealed.map((set) => [
      set.realm,
      `${set.left} of ${set.codes}`,
      set.createdAt.toISOString(),
      set.createdBy,
    ]);
    output.print(table(['realm', 'unused', 'sealed at', 'by'], sealed));
    if (found.open.length === 0) return 0;
    const open = found.open.map((each) => [
      each.opening,
      each.realm,
      each.user,
      each.openedAt.toISOString(),
      each.openedBy,
      each.usedAt === undefined ? `until ${each.expiresAt.toISOString()}` : `used ${each.usedAt.toISOString()}`,
    ]);
    output.print(`\n${table(['open', 'realm', 'user', 'opened at', 'by', 'pass'], open)}`);
    return 0;
  },
};
