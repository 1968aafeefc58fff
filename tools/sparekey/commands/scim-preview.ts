import { AppError } from '@sparekey/contracts';
import { createLogger } from '@sparekey/http';
import { scimWorkerParts } from '@sparekey/provisioner/scim';
import { isOfKind, previewOf, TaskFailure } from '@sparekey/provisioning';
import { type Command, UsageError } from '../command.ts';
import { connectionOf } from '../scim-target.ts';
import { withStorage } from '../session.ts';
import { userOf } from './user-of.ts';

export const scimPreview: Command = {
  name: 'scim preview',
  operands: ['REALM', 'CONNECTION'],
  summary: 'Tells what a target would be told of a person, without telling it',
  details: ['The other side is read and not written. The same code decides as in the provisioner.'],
  options: { user: { value: 'NAME', about: 'Username or e-mail address of the person' } },
  async run({ operands: [realmName = '', name = ''], value, output }) {
    const login = value('user');
    if (login === undefined) throw new UsageError('--user is missing.', scimPreview);
    const { requests, end } = await withStorage(async ({ storage, settings }) => {
      const { realm, connection } = await connectionOf(storage, realmName, name);
      if (!isOfKind(connection, 'target')) throw new AppError('validation_failed', `${name} is no target`);
      const { id } = await userOf(storage, realm, login);
      const logger = createLogger({ level: 'error', name: 'sparekey' });
      const parts = scimWorkerParts({ storage, outboundAllow: settings.outboundAllow, logger });
      const subject = { kind: 'user', localId: id } as const;
      try {
        return await previewOf(parts, connection, subject, new AbortController().signal);
      } catch (error) {
        if (error instanceof TaskFailure) throw new AppError('unavailable', error.message);
        throw error;
      }
    });
    if (output.json) output.print(JSON.stringify({ requests, end }, undefined, 2));
    else if (requests.length === 0) output.print('Nothing would be sent.');
    for (const { method, path, body } of output.json ? [] : requests) {
      output.print(`${method} ${path}${body === undefined ? '' : `\n${JSON.stringify(body, undefined, 2)}`}`);
    }
    return 0;
  },
};
