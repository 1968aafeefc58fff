import { askForSurvey } from '@sparekey/provisioning';
import type { Command } from '../command.ts';
import { runWatch } from '../run-watch.ts';
import { connectionOf, scimOperator } from '../scim-target.ts';
import { withStorage } from '../session.ts';
import { surveyConflict } from '../survey-conflict.ts';

export const scimDrift: Command = {
  name: 'scim drift',
  operands: ['REALM', 'CONNECTION'],
  summary: 'Compares what a target holds with what it should hold',
  details: [
    'The provisioner reads everyone in scope and everyone linked, and writes nothing. Told are names of attributes, never a value: who `differs`, who is `missing` there, who `lingers` there and should be disabled or deleted, and who is `unlinked`, of whom `scim tasks` tells more. Who is there and was never ours is not looked for.',
    'With `--repair` whoever drifted is compared once more and made so again, under the same brake as ever; nobody else is touched.',
  ],
  options: {
    repair: { about: 'Make so again what drifted' },
    'no-wait': { about: 'Only begin it; `scim runs` tells what it found' },
  },
  async run({ operands: [realmName = '', name = ''], flag, output }) {
    return withStorage(async ({ storage }) => {
      const { connection } = await connectionOf(storage, realmName, name);
      const asked = { kind: 'drift', repairs: flag('repair') } as const;
      const run = await storage
        .transaction((stores) => askForSurvey(stores, connection, asked, scimOperator))
        .catch(surveyConflict(storage, connection));
      return runWatch({ storage, connection, output, run, waits: !flag('no-wait') });
    });
  },
};
