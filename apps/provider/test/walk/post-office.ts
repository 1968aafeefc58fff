import type { RealmId, UserId } from '@sparekey/contracts';
import type { ClaimedMessage, Storage } from '@sparekey/storage';
import { bare } from './given.ts';
import type { World } from './world.ts';

interface Letter {
  kind: string;
  code?: string;
  path?: string;
}

/** Stands where the worker stands: takes what is to be sent, and makes the links that only it makes. */
export class PostOffice {
  readonly #storage: Storage;
  readonly #taken = new Set<string>();
  readonly #waiting = new Map<RealmId, ClaimedMessage[]>();
  #turn: Promise<void> = Promise.resolve();

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Everything that waits for `world`: its codes are of `uid`, the sign-in that its last step was about. */
  collect(world: World, uid: string): Promise<void> {
    this.#turn = this.#turn.then(() => this.#collect(world, uid));
    return this.#turn;
  }

  /** One at a time: what is of another world waits until that one asks. */
  async #collect(world: World, uid: string): Promise<void> {
    const messages = await this.#storage.outboxQueue.claim(50, ['mail', 'sms', 'password_reset_request']);
    for (const message of messages) {
      if (this.#taken.has(message.id)) continue;
      this.#taken.add(message.id);
      this.#waiting.set(message.realmId, [...(this.#waiting.get(message.realmId) ?? []), message]);
    }
    const own = this.#waiting.get(world.realm.id) ?? [];
    this.#waiting.delete(world.realm.id);
    for (const { kind, secret } of own) {
      if (secret === undefined) continue;
      if (kind === 'password_reset_request') await this.#reset(world, String(secret.login));
      if (kind === 'mail') await this.#mail(world, uid, secret);
      if (kind === 'sms') await this.#sms(world, uid, secret);
    }
  }

  async #mail(world: World, uid: string, secret: Record<string, unknown>): Promise<void> {
    const letter = secret.letter as Letter;
    const person = String(secret.userId);
    // Gone meanwhile: their mail leads nowhere.
    if (!world.people.has(person)) return;
    const email = String(secret.to);
    if (letter.kind === 'sign_in_code') {
      world.sentCodes.set(`${uid}:email`, { code: letter.code ?? '', person, at: world.now() });
    } else if (letter.kind === 'verify_email') {
      world.links.push({ kind: 'verify', token: letter.path?.split('/').at(-1) ?? '', person, email, used: false });
    } else if (letter.kind === 'code_used' || letter.kind === 'recovery_attempted') {
      const token = await this.#link(world.realm.id, person as UserId, 'this_wasnt_me', {});
      world.links.push({ kind: 'not-me', token, person, email, used: false });
    }
  }

  async #sms(world: World, uid: string, secret: Record<string, unknown>): Promise<void> {
    const code = /\b\d{6,8}\b/.exec(String(secret.text))?.[0];
    const owner = await this.#ownerOf(world, String(secret.to));
    if (code !== undefined && owner !== undefined)
      world.sentCodes.set(`${uid}:sms`, { code: bare(code), person: owner, at: world.now() });
  }

  async #ownerOf({ realm }: World, phone: string): Promise<string | undefined> {
    const row = await this.#storage.database.row<{ id: string }>({
      name: 'walk_phone',
      text: 'select id from user_account where realm_id = $1 and phone_number = $2',
      values: [realm.id, phone],
    });
    return row?.id;
  }

  async #reset(world: World, login: string): Promise<void> {
    const person = world.byLogin(login);
    if (person === undefined) return;
    const { email, id } = person;
    const token = await this.#link(world.realm.id, id, 'forgot_password', { email });
    world.links.push({ kind: 'reset', token, person: id, email, used: false });
  }

  async #link(
    realmId: RealmId,
    userId: UserId,
    purpose: 'forgot_password' | 'this_wasnt_me',
    data: Record<string, unknown>,
  ): Promise<string> {
    const { actionLinks } = this.#storage.stores;
    if (purpose === 'forgot_password') await actionLinks.revoke(realmId, userId, purpose);
    return actionLinks.create({ realmId, userId, purpose, ttlSeconds: 1800, data });
  }
}
