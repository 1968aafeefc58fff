import { isVetoable, type Letter, type LetterContext, type MailSecret } from '@sparekey/messages';
import type { Realm } from '@sparekey/realms';
import type { Storage } from '@sparekey/storage';
import { z } from 'zod';

/** Seconds that "this wasn't me" can be said: as long as people are on holiday. */
const NOT_ME_SECONDS = 14 * 86_400;

/** A letter as it was sealed. */
export const letterSchema = z.looseObject({ kind: z.string() }).transform((letter) => letter as unknown as Letter);

/**
 * What a letter needs to be put into words. The "this wasn't me" link is made here, at each attempt, so that its token
 * never rests in the outbox.
 */
export async function letterContext(
  { storage, publicUrl }: { storage: Storage; publicUrl: string },
  realm: Realm,
  { letter, locale, userId, username }: Pick<MailSecret, 'letter' | 'locale' | 'userId' | 'username'>,
): Promise<LetterContext> {
  const link = { realmId: realm.id, userId, purpose: 'this_wasnt_me', ttlSeconds: NOT_ME_SECONDS } as const;
  // Of an account that is gone there is nothing to protect any more; the letter still tells.
  const person = isVetoable(letter.kind) ? await storage.stores.users.byId(realm.id, userId) : undefined;
  const notMe = person && (await storage.stores.actionLinks.create(link));
  return {
    locale,
    username,
    realm: realm.displayName ?? realm.name,
    issuer: `${publicUrl}/realms/${realm.name}`,
    ...(notMe === undefined ? {} : { notMePath: `/not-me/${notMe}` }),
  };
}
