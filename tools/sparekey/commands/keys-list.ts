import type { Command } from '../command.ts';
import { withStorage } from '../session.ts';
import { table } from '../table.ts';
import { realmOf } from './realm-of.ts';

export const keysList: Command = {
  name: 'keys list',
  operands: ['REALM'],
  summary: 'Lists the signing keys of a realm',
  details: [
    'A key moves one way: published (in the JWKS, not signing yet), active, retiring (no longer signing), retired.',
  ],
  options: {},
  async run({ operands: [name = ''], output }) {
    const keys = await withStorage(async ({ storage }) => {
      const realm = await realmOf(storage, name);
      return (await storage.stores.signingKeys.list(realm.id)).map(
        ({ kid, alg, state, createdAt, stateChangedAt }) => ({
          kid,
          alg,
          state,
          createdAt,
          stateChangedAt,
        }),
      );
    });
    if (output.json) output.print(JSON.stringify(keys, undefined, 2));
    else {
      output.print(
        table(
          ['algorithm', 'state', 'since', 'key'],
          keys.map(({ kid, alg, state, stateChangedAt }) => [alg, state, stateChangedAt.toISOString(), kid]),
        ),
      );
    }
    return 0;
  },
};
