import { randomBytes } from 'node:crypto';
import { MASTER_REALM, MAX_OVERLAP_HOURS, rotateWebhookSecret, webhookReceivers } from '@sparekey/realms';
import { type Command, UsageError } from '../command.ts';
import { operatorNameOf, operatorOption } from '../operator.ts';
import { withStorage } from '../session.ts';
import { configuredSecret } from '../webhooks.ts';
import { realmOf } from './realm-of.ts';

const USUAL_OVERLAP_HOURS = 24;

export const webhookRotate: Command = {
  name: 'webhook rotate',
  operands: [webhookReceivers.join('|')],
  summary: 'Makes a new secret for the webhooks to a receiver',
  details: [
    'It is printed here, once. During the overlap every webhook bears two signatures, as Standard Webhooks has it: give the receiver the new secret meanwhile, and the one before ends by itself. Nothing has to be restarted. From the first rotation on the secret in the settings counts no more.',
  ],
  options: {
    operator: operatorOption,
    'overlap-hours': {
      value: 'N',
      about: `How long the secret before signs too: 0 to ${MAX_OVERLAP_HOURS}, by default ${USUAL_OVERLAP_HOURS}; 0 for one that has leaked`,
    },
  },
  async run(invocation) {
    const { operands, value, output } = invocation;
    const receiver = webhookReceivers.find((known) => known === operands[0]);
    if (receiver === undefined) throw new UsageError(`Name one of: ${webhookReceivers.join(', ')}.`, webhookRotate);
    const operator = operatorNameOf(invocation, webhookRotate);
    const overlapHours = Number(value('overlap-hours') ?? USUAL_OVERLAP_HOURS);
    if (!Number.isInteger(overlapHours) || overlapHours < 0 || overlapHours > MAX_OVERLAP_HOURS) {
      throw new UsageError(`--overlap-hours takes a whole number from 0 to ${MAX_OVERLAP_HOURS}.`, webhookRotate);
    }
    const { id, secret, beforeEndsAt } = await withStorage(async ({ storage, settings }) => {
      const master = await realmOf(storage, MASTER_REALM);
      const rotation = { receiver, configured: configuredSecret(settings, receiver), overlapHours, operator };
      return storage.transaction((stores) => rotateWebhookSecret(stores, master, rotation, randomBytes));
    });
    if (output.json) output.print(JSON.stringify({ receiver, id, secret, beforeEndsAt }, undefined, 2));
    else output.print(secret);
    output.note(`Nobody can read it again. The one before signs too until ${beforeEndsAt.toISOString()}.`);
    return 0;
  },
};
