import { rotateSigningKeys, signingAlgs } from '@sparekey/realms';
import type { Command } from '../command.ts';
import { withStorage } from '../session.ts';
import { table } from '../table.ts';
import { realmOf } from './realm-of.ts';

export const keysRotate: Command = {
  name: 'keys rotate',
  operands: ['REALM'],
  summary: 'Takes the rotation of signing keys one move further',
  details: [
    'The first call publishes new keys in the JWKS. A call two hours later or more lets them sign; the old keys stay for verification until the last of their tokens is gone, and are retired by a later call. A call that comes too early says when the next move is due, and changes nothing.',
  ],
  options: {
    alg: { value: 'ALG', oneOf: signingAlgs, about: 'Only the keys of this algorithm' },
    now: {
      about: 'The new keys sign at once: for a key that has leaked. Applications may fail until they fetch the JWKS',
    },
  },
  async run({ operands: [name = ''], value, flag, output }) {
    const alg = signingAlgs.find((known) => known === value('alg'));
    const moves = await withStorage(async ({ storage }) => {
      const realm = await realmOf(storage, name);
      return storage.transaction((stores) =>
        rotateSigningKeys(stores, realm, new Date(), {
          algs: alg === undefined ? signingAlgs : [alg],
          immediately: flag('now'),
          actor: { kind: 'operator', name: 'sparekey keys rotate' },
        }),
      );
    });
    if (output.json) output.print(JSON.stringify(moves, undefined, 2));
    else {
      output.print(
        table(
          ['algorithm', 'state', 'next move', 'key'],
          moves.map(({ kid, alg: algorithm, state, nextAt }) => [algorithm, state, nextAt?.toISOString() ?? '', kid]),
        ),
      );
    }
    return 0;
  },
};
