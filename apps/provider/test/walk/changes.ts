import type { Storage } from '@sparekey/storage';
import { isFirst, isRecovery } from './assurance.ts';
import { bare, totpAt } from './given.ts';
import { Broken, type Oracle } from './oracle.ts';
import { uidOf } from './pages.ts';
import type { PersonRow, Snapshot } from './snapshot.ts';
import type { Person, Step } from './world.ts';

interface Scene {
  oracle: Oracle;
  storage: Storage;
  step: Step;
  before: Snapshot;
  after: Snapshot;
  /** Backup codes that the answer showed. */
  shown: readonly string[];
}

/** Judges what a step changed of people: every change has its proof, and each thing that works once worked once. */
export async function judgeChanges(scene: Scene): Promise<void> {
  for (const [id, now] of scene.after.people) {
    const was = scene.before.people.get(id);
    const person = scene.oracle.world.people.get(id);
    if (was === undefined || person === undefined || JSON.stringify(was) === JSON.stringify(now)) continue;
    const change = new Change(scene, person, was, now);
    await change.judge();
  }
}

class Change {
  readonly #scene: Scene;
  readonly #person: Person;
  readonly #was: PersonRow;
  readonly #now: PersonRow;
  readonly #uid: string;

  constructor(scene: Scene, person: Person, was: PersonRow, now: PersonRow) {
    this.#scene = scene;
    this.#person = person;
    this.#was = was;
    this.#now = now;
    this.#uid = uidOf(scene.step.url.pathname) ?? '';
  }

  async judge(): Promise<void> {
    if (this.#was.phc !== this.#now.phc) this.#password();
    for (const id of added(this.#was.totp, this.#now.totp)) await this.#newApp(id);
    for (const credential of added(this.#was.keys, this.#now.keys)) this.#newKey(credential);
    for (const id of added(this.#now.totp, this.#was.totp)) this.#removed(id, () => this.#person.totp.delete(id));
    for (const key of added(this.#now.keys, this.#was.keys))
      this.#removed(this.#was.keys[key] ?? '', () => this.#person.keys.delete(key));
    this.#codes();
    this.#address();
    if (this.#was.phone && !this.#now.phone && !this.#may('other'))
      throw this.#broken('the number went without the proofs');
    if (!this.#was.phone && this.#now.phone) throw this.#broken('a number was confirmed that no code reached');
    if (this.#now.frozen && !this.#was.frozen) this.#link('not-me');
    if (this.#was.enabled !== this.#now.enabled) throw this.#broken('was disabled or enabled by a browser');
  }

  #field(name: string): string {
    return this.#scene.step.fields.find(([field]) => field === name)?.[1] ?? '';
  }

  #broken(what: string): Broken {
    return new Broken(`${this.#person.username}: ${what}`);
  }

  /** Codes are made in the step that gives the last proof (`now`); for everything else it was there before. */
  #may(change: 'add' | 'codes' | 'other', when: 'before' | 'now' = 'before'): boolean {
    const { oracle, step, before } = this.#scene;
    if (this.#uid !== '') {
      const signIn = oracle.provenIn(this.#uid);
      const proofs = (when === 'now' ? signIn?.proofs : signIn?.earlier) ?? [];
      return oracle.mayChangeWithin(
        this.#uid,
        { browser: step.browser, person: this.#person.id, proofs, change },
        before,
      );
    }
    return oracle.mayChange(step, this.#person.id, change === 'add' ? 'add' : 'other', before);
  }

  /** The link of a mail to this person, which works once. */
  #link(kind: 'reset' | 'verify' | 'not-me') {
    const { pathname } = this.#scene.step.url;
    const link = this.#scene.oracle.world.links.find(
      (each) => each.kind === kind && each.person === this.#person.id && pathname.endsWith(`/${each.token}`),
    );
    if (link === undefined) throw this.#broken(`a ${kind} link had an effect that was never sent to them`);
    if (link.used) throw this.#broken(`a ${kind} link worked twice`);
    link.used = true;
    return link;
  }

  #password(): void {
    const { pathname } = this.#scene.step.url;
    if (this.#now.phc === null) throw this.#broken('the password is gone');
    if (pathname.includes('/reset-password/')) this.#link('reset');
    else if (!this.#may('other')) throw this.#broken('the password was changed without the proofs');
    if (this.#person.password !== undefined) this.#person.earlierPasswords.push(this.#person.password);
    this.#person.password = this.#field('new_password');
    this.#scene.oracle.changed(this.#person.id);
  }

  async #newApp(id: string): Promise<void> {
    const { storage, oracle } = this.#scene;
    if (!this.#may('add')) throw this.#broken('an authenticator app was added without the proofs');
    const all = await storage.stores.totp.list(oracle.world.realm.id, this.#person.id);
    const secret = all.find((each) => each.id === id)?.secret;
    if (secret === undefined) return;
    const here = Math.floor(Date.now() / 30_000);
    const typed = bare(this.#field('otp'));
    const step = [0, -1, 1, -2, 2].map((off) => here + off).find((at) => totpAt(secret, at) === typed);
    if (step === undefined) throw this.#broken('an authenticator app was added without its code');
    this.#person.totp.set(id, { secret, last: step + oracle.world.passedSteps });
    oracle.distrust(this.#person.id);
  }

  #newKey(credential: string): void {
    const { oracle } = this.#scene;
    if (!this.#may('add')) throw this.#broken('a passkey was added without the proofs');
    const answer = oracle.world.answers.get(this.#field('webauthn'));
    if (answer?.purpose !== 'create' || !answer.honest || answer.credential !== credential)
      throw this.#broken('a passkey was added that did not answer');
    if (answer.person !== this.#person.id) throw this.#broken('a passkey was added that was made for someone else');
    const secret = `challenge:create:${answer.challenge}`;
    if (oracle.world.spent.has(secret)) throw this.#broken('a challenge bound two passkeys');
    oracle.world.spent.add(secret);
    this.#person.keys.set(credential, answer.made);
    oracle.distrust(this.#person.id);
  }

  #removed(id: string, forget: () => void): void {
    const { step, oracle } = this.#scene;
    const proofs = oracle.provenIn(this.#uid)?.earlier ?? [];
    const enrolled = [...added(this.#was.totp, this.#now.totp), ...added(this.#was.keys, this.#now.keys)].length > 0;
    const repaired = this.#uid !== '' && proofs.some(isRecovery) && enrolled && this.#may('add');
    const asked =
      (step.method === 'POST' && step.url.pathname.endsWith(`/authenticators/${id}/remove`)) ||
      (step.method === 'DELETE' && step.url.pathname.endsWith(`/account/api/factors/${id}`));
    if (!repaired && !(asked && this.#may('other'))) throw this.#broken('a factor was removed without the proofs');
    forget();
    oracle.changed(this.#person.id);
  }

  #codes(): void {
    const { active: was } = this.#was;
    const { active: now, pending } = this.#now;
    if (pending !== null && pending !== this.#was.pending) {
      if (!this.#may('codes', 'now')) throw this.#broken('backup codes were made without the proofs');
      this.#person.codes.set(`pending:${pending}`, [...this.#scene.shown]);
    }
    if (now !== null && now.id === was?.id && now.live.length !== was.live.length)
      this.#codeUsed(was.live, now.live, now.id);
    if (now === null || now.id === was?.id) return;
    const codes = this.#person.codes.get(`pending:${now.id}`);
    if (!this.#may('codes')) throw this.#broken('backup codes were replaced without the proofs');
    if (codes?.some((code) => bare(code) === bare(this.#field('confirm_code'))) !== true)
      throw this.#broken('a set became active without one of its codes');
    this.#person.codes.clear();
    this.#person.codes.set(now.id, codes);
  }

  #codeUsed(was: readonly number[], now: readonly number[], set: string): void {
    const gone = was.filter((index) => !now.includes(index));
    if (gone.length !== 1 || now.some((index) => !was.includes(index)))
      throw this.#broken(`codes ${gone.join(' ')} were spent in one step`);
    if (this.#was.frozen) throw this.#broken('a code was spent while recovery is frozen');
    const code = this.#person.codes.get(set)?.[gone[0] ?? -1] ?? '';
    if (bare(code) !== bare(this.#field('backup_code'))) throw this.#broken('a code was spent that nobody typed');
    const first = this.#scene.oracle.provenIn(this.#uid);
    if (first?.person !== this.#person.id || !first.earlier.some(isFirst))
      throw this.#broken('a backup code was taken without a first proof');
    this.#person.spentCodes.push(code);
  }

  #address(): void {
    if (this.#was.email === this.#now.email && this.#was.emailVerified === this.#now.emailVerified) return;
    if (this.#scene.step.url.pathname.includes('/reset-password/') && this.#was.email === this.#now.email) return;
    // One may give it up; another one takes the link.
    if (this.#now.email === null && /\/account\/(api\/)?profile$/.test(this.#scene.step.url.pathname)) {
      if (!this.#may('other')) throw this.#broken('an address was taken away without the proofs');
      this.#person.email = '';
      this.#scene.oracle.changed(this.#person.id);
      return;
    }
    const link = this.#link('verify');
    if (link.email !== this.#now.email) throw this.#broken('an address became theirs that the link was not for');
    this.#person.email = link.email;
  }
}

const added = (was: Record<string, unknown>, now: Record<string, unknown>): string[] =>
  Object.keys(now).filter((id) => !(id in was));
