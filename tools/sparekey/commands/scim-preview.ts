import { AppError } from '@sparekey/contracts';
import { askForSurvey, isOfKind, type ResourceKind } from '@sparekey/provisioning';
import { type Command, type Invocation, UsageError } from '../command.ts';
import { previewInSource, printSourcePreview } from '../preview-source.ts';
import { previewInTarget, printPreview } from '../preview-target.ts';
import { runWatch } from '../run-watch.ts';
import { connectionOf, scimOperator } from '../scim-target.ts';
import { withStorage } from '../session.ts';
import { surveyConflict } from '../survey-conflict.ts';
import { subjectOf } from './subject-of.ts';

export const scimPreview: Command = {
  name: 'scim preview',
  operands: ['REALM', 'CONNECTION'],
  summary: 'Tells what a target would be told, or what a source would change here, and does nothing of it',
  details: [
    'The other side is read and not written; the same code decides as in the provisioner. Of one person or group every attribute is shown as it is there now and as it would be. What drifted there is told beside it: it is sent again by `scim drift --repair` alone.',
    'Of a source, a person or group is called by its name or id there, and every attribute is shown as it is here and as it would be.',
    'With `--all` the provisioner finds out what would be done to everybody, by names of attributes, and the command ends with how many; that works for a paused connection too, before its first run.',
  ],
  options: {
    user: { value: 'NAME', about: 'Username or e-mail address of a person; of a source, userName or id there' },
    group: { value: 'PATH', about: 'Path of a group; of a source, displayName or id there' },
    all: { about: 'Everyone in scope and everyone linked' },
    'no-wait': { about: 'With --all: only begin it; `scim runs` tells what it found' },
  },
  async run(invocation) {
    const { operands, flag, value, output } = invocation;
    const [realmName = '', name = ''] = operands;
    const isAll = flag('all');
    const named = ['user', 'group'].filter((option) => value(option) !== undefined).length;
    if (named + (isAll ? 1 : 0) !== 1) throw new UsageError('One of --user, --group and --all is needed.', scimPreview);
    return withStorage(async (session) => {
      const { storage } = session;
      const { realm, connection } = await connectionOf(storage, realmName, name);
      if (isAll) {
        const run = await storage
          .transaction((stores) => askForSurvey(stores, connection, { kind: 'preview' }, scimOperator))
          .catch(surveyConflict(storage, connection));
        return runWatch({ storage, connection, output, run, waits: !flag('no-wait') });
      }
      if (isOfKind(connection, 'source')) {
        printSourcePreview(await previewInSource(session, connection, resourceOf(invocation)), output);
        return 0;
      }
      if (!isOfKind(connection, 'target')) throw new AppError('validation_failed', `${name} is no target or source`);
      printPreview(await previewInTarget(session, connection, await subjectOf(storage, realm, invocation)), output);
      return 0;
    });
  },
};

function resourceOf({ value }: Invocation): { kind: ResourceKind; name: string } {
  const login = value('user');
  return login === undefined ? { kind: 'group', name: value('group') ?? '' } : { kind: 'user', name: login };
}
