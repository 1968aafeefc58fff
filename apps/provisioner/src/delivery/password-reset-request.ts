import type { AuditEvent } from '@sparekey/audit';
import { mail } from '@sparekey/messages';
import type { ClaimedMessage, Storage } from '@sparekey/storage';
import { z } from 'zod';
import type { Delivery } from './delivery.ts';

/** Links one person is sent within an hour, however many ask. */
const LINKS_PER_HOUR = 3;

/** What the page put into the outbox: what was typed, and from where; nothing that depends on who it is. */
const requestSchema = z.object({
  login: z.string(),
  locale: z.string(),
  minutes: z.number().int().min(1).max(1440),
  origin: z.object({ ip: z.string(), userAgent: z.string(), requestId: z.string() }),
});

/**
 * Answers "Forgot your password?": finds out whether there is someone to write to, here, where nobody waits for the
 * answer, so that nothing of it can be seen or timed. A link that was sent before ends. Whoever is locked out by guesses
 * gets a link as anyone does; whoever is disabled, or has no address, gets none.
 */
export async function answerResetRequest(
  message: ClaimedMessage,
  { storage, now = () => new Date() }: { storage: Storage; now?: () => Date },
): Promise<Delivery> {
  const parsed = requestSchema.safeParse(message.secret);
  if (!parsed.success) return 'not_needed';
  const { login, locale, minutes, origin } = parsed.data;
  // Asked for long ago (the worker was away): the person has asked again, or given up.
  if (now().getTime() - message.createdAt.getTime() > minutes * 60_000) return 'not_needed';
  const { realmId } = message;
  const person = await storage.stores.users.byLogin(realmId, login);
  return storage.transaction(async (stores) => {
    const event: Omit<AuditEvent, 'outcome'> = {
      type: 'password_reset.requested',
      realmId,
      actor: { kind: 'anonymous' },
      ...(person === undefined ? {} : { subject: person.id }),
      origin,
    };
    const refuse = async (reason: string) => {
      await stores.audit.append({ ...event, outcome: 'denied', reason });
      return 'not_needed' as const;
    };
    if (person === undefined || person.serviceAccountClientId !== undefined) return refuse('unknown');
    if (!person.enabled) return refuse('disabled');
    if (person.email === undefined) return refuse('no_address');
    if (!(await stores.sendLimits.take(realmId, `reset:${person.id}`, LINKS_PER_HOUR, 3600))) return refuse('too_many');
    await stores.actionLinks.revoke(realmId, person.id, 'forgot_password');
    const token = await stores.actionLinks.create({
      realmId,
      userId: person.id,
      purpose: 'forgot_password',
      ttlSeconds: minutes * 60,
      data: { email: person.email },
    });
    const { username, email } = person;
    const letter = { kind: 'password_reset', path: `/reset-password/${token}`, minutes } as const;
    const to = { realmId, userId: person.id, username, email, locale: person.locale ?? locale };
    await stores.outbox.add(mail(to, letter, new Date(now().getTime() + minutes * 60_000)));
    await stores.audit.append({ ...event, outcome: 'success' });
    return 'delivered';
  });
}
