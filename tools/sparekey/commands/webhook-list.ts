import { webhookReceivers } from '@sparekey/realms';
import type { Command } from '../command.ts';
import { withStorage } from '../session.ts';
import { table } from '../table.ts';
import { configuredSecret } from '../webhooks.ts';

export const webhookList: Command = {
  name: 'webhook list',
  operands: [],
  summary: 'Lists the secrets that sign webhooks now, without showing them',
  details: ['Until the first `webhook rotate` it is the one of the settings.'],
  options: {},
  async run({ output }) {
    const secrets = await withStorage(async ({ storage, settings }) => {
      const found: { receiver: string; secret: string; since: Date | null; until: Date | null }[] = [];
      for (const receiver of webhookReceivers) {
        const live = await storage.stores.webhookSecrets.live(receiver);
        for (const { id, createdAt, endsAt } of live)
          found.push({ receiver, secret: id, since: createdAt, until: endsAt ?? null });
        if (live.length === 0 && configuredSecret(settings, receiver) !== undefined)
          found.push({ receiver, secret: 'settings', since: null, until: null });
      }
      return found;
    });
    if (output.json) output.print(JSON.stringify(secrets, undefined, 2));
    else {
      output.print(
        table(
          ['receiver', 'since', 'until', 'secret'],
          secrets.map(({ receiver, secret, since, until }) => [
            receiver,
            since?.toISOString() ?? '',
            until?.toISOString() ?? 'rotated',
            secret,
          ]),
        ),
      );
    }
    return 0;
  },
};
