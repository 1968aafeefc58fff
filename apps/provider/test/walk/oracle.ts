import { isFactor, isFirst, isRecovery, methodsOf, ONE, RECOVERY, rankOf, strengthOf, TWO } from './assurance.ts';
import { type Given, givenIn } from './given.ts';
import { demandRank, KnownRisk } from './known-risk.ts';
import type { Snapshot } from './snapshot.ts';
import { type Browser, type Step, sessionIn, type World } from './world.ts';

/** A promise that the product broke. */
export class Broken extends Error {}

/** A sign-in as far as its proofs were seen to be true. */
interface Verified {
  owner: Browser;
  person: string | undefined;
  proofs: readonly string[];
  /** As they were before the last step. */
  earlier: readonly string[];
  /** When the first and the last of them were given, on the clock of the walk. */
  since: number;
  until: number;
}

/** A session and what was truly proven for it. */
export interface Proven {
  person: string;
  proofs: readonly string[];
  methods: Set<string>;
  /** When the last of them was given, on the clock of the walk. */
  at: number;
}

/** A session is as good as its last proof, for this long and a little for the way there. */
const SLACK_SECONDS = 10;

/**
 * Judges every step from what the browsers truly said and what stands in the database before and after. It knows the
 * promises, and nothing of how the product keeps them.
 */
export class Oracle {
  readonly world: World;
  readonly #signIns = new Map<string, Verified>();
  readonly #finished: (Proven & { browser: Browser; uid: string; since: number; taken: boolean })[] = [];
  readonly #sessions = new Map<string, Proven>();
  readonly #risk = new KnownRisk();

  constructor(world: World) {
    this.world = world;
  }

  /** A sign-in belongs to the browser that was first sent to it. */
  began(uid: string, owner: Browser): void {
    if (this.#signIns.has(uid)) return;
    this.#signIns.set(uid, {
      owner,
      person: undefined,
      proofs: [],
      earlier: [],
      since: Number.POSITIVE_INFINITY,
      until: 0,
    });
  }

  /** What this browser's session was truly opened with. */
  standing(browser: Browser, snapshot: Snapshot): Proven | undefined {
    const session = sessionIn(browser, snapshot);
    return session && this.#sessions.get(session.uid);
  }

  /** The proofs of the sign-in of a step gained nothing that the step did not give. */
  signIn(step: Step, uid: string, before: Snapshot, after: Snapshot): void {
    if (after.signIn === undefined) return;
    const { at, proven } = after.signIn;
    const known = this.#signIns.get(uid);
    if (known === undefined) throw new Broken(`the sign-in ${uid} was never begun by anybody`);
    const person = proven.userId;
    const samePerson = known.person === person;
    const extra = person === undefined ? [...proven.proofs] : without(proven.proofs, samePerson ? known.proofs : []);
    if (extra.length > 0 && known.owner !== step.browser) throw new Broken('a sign-in moved in a browser it is not of');
    const given = givenIn(this.world, step);
    for (const proof of extra) this.#justify(step, uid, proof, { person: person ?? '', given, before, after });
    const now = extra.length > 0 ? this.world.now() : undefined;
    const isNew = at === 'done' && before.signIn?.at !== 'done';
    this.#signIns.set(uid, {
      owner: known.owner,
      person,
      proofs: [...proven.proofs],
      earlier: samePerson ? known.proofs : [],
      since: Math.min(samePerson ? known.since : Number.POSITIVE_INFINITY, now ?? Number.POSITIVE_INFINITY),
      until: now ?? known.until,
    });
    if (isNew && person !== undefined) this.#done(step, uid, person, proven.proofs, before, after);
  }

  #justify(
    step: Step,
    uid: string,
    proof: string,
    { person, given, before, after }: { person: string; given: Given[]; before: Snapshot; after: Snapshot },
  ): void {
    const { browser } = step;
    const fits = given.find((each) => each.proof === proof && each.person === person);
    if (fits !== undefined) {
      fits.spend();
      if (proof === 'mail' && before.people.get(person)?.phc !== null)
        throw new Broken('a mail stood in for the password of someone who has one');
      if (isRecovery(proof)) {
        browser.recovering.add(person);
        this.world.recoveries.set(uid, { person, at: this.world.now(), approved: false });
        this.#distrust(person);
        this.#demandsEnough(uid, proof, person, browser, after);
      }
      const trusts = step.fields.some(([name, value]) => name === 'trust' && value === 'yes');
      if (trusts && before.signIn?.at === 'factor' && isFactor(proof, [])) {
        browser.trusted.add(person);
        this.#risk.trusts(person, browser);
      }
      return;
    }
    if (proof.startsWith('session_')) {
      const session = this.standing(browser, before);
      const claimed = rankOf(proof === 'session_phr' ? 'phr' : `urn:sparekey:acr:${proof.slice(8)}`);
      if (session?.person === person && rankOf(strengthOf(session.proofs)) >= claimed) return;
    }
    if (proof.endsWith('_enrolled')) {
      const kind = proof.startsWith('totp') ? 'totp' : 'keys';
      const added = (of: Snapshot) => Object.keys(of.people.get(person)?.[kind] ?? {}).length;
      if (added(after) > 0 && JSON.stringify(after.people.get(person)) !== JSON.stringify(before.people.get(person)))
        return;
    }
    if (isRecovery(proof) && browser.recovering.has(person)) {
      const earlier = [...this.world.recoveries].findLast(([, each]) => each.person === person);
      if (earlier !== undefined) this.world.recoveries.set(uid, earlier[1]);
      return;
    }
    if (proof === 'waited') {
      const recovery = this.world.recoveries.get(uid);
      const due =
        (recovery?.at ?? Number.POSITIVE_INFINITY) + this.world.policyOf(person).recovery.coolDownHours * 3600;
      if (recovery?.approved || this.world.now() + SLACK_SECONDS >= due) return;
    }
    throw new Broken(`the sign-in ${uid} counts ${proof} of ${this.#name(person)}, which nobody gave in this step`);
  }

  /** A recovery was asked for no less than what is known of it is due; a pass was vouched for and is due nothing. */
  #demandsEnough(uid: string, proof: string, person: string, browser: Browser, { people, recovery }: Snapshot): void {
    const codesLeft = people.get(person)?.active?.live.length;
    const due = this.#risk.recovered(person, { uid, browser, codesLeft }, this.world.policyOf(person));
    if (proof === 'backup_code' && demandRank(recovery?.demands) < demandRank(due))
      throw new Broken(`a recovery of ${this.#name(person)} that is due ${due} was asked for ${recovery?.demands}`);
  }

  /** What makes the next recovery of this person unusual. */
  changed(person: string): void {
    this.#distrust(person);
    this.#risk.changed(person);
  }

  /** A sign-in that is done holds all that its person owes. */
  #done(step: Step, uid: string, person: string, proofs: readonly string[], before: Snapshot, after: Snapshot): void {
    const strength = strengthOf(proofs);
    const who = this.#name(person);
    if (!after.people.get(person)?.enabled) throw new Broken(`${who} signed in, and is disabled`);
    if (!proofs.some((proof) => isFirst(proof) || proof.startsWith('session_')))
      throw new Broken(`${who} signed in without a first proof: ${proofs.join(' ')}`);
    const spared = step.browser.trusted.has(person);
    const owes = this.holdsFactor(person, before) || this.world.policyOf(person).secondFactor.required === 'required';
    if (owes && strength === ONE && !spared)
      throw new Broken(`${who} signed in without a second proof: ${proofs.join(' ')}`);
    if (!this.isBacked(proofs, after)) throw new Broken(`a risky recovery of ${who} was neither backed nor waited for`);
    this.#risk.signedIn(person, step.browser);
    const before_ = this.standing(step.browser, before);
    const carried = proofs.some((proof) => proof.startsWith('session_')) ? (before_?.methods ?? []) : [];
    this.#finished.push({
      browser: step.browser,
      uid,
      person,
      proofs,
      methods: new Set([...methodsOf(proofs), ...carried]),
      since: this.#signIns.get(uid)?.since ?? 0,
      at: this.#signIns.get(uid)?.until ?? 0,
      taken: false,
    });
  }

  /** A recovery that looked risky was backed by another channel, or waited. */
  isBacked(proofs: readonly string[], { recovery }: Snapshot): boolean {
    if (!proofs.some(isRecovery) || proofs.some((proof) => isFactor(proof, proofs))) return true;
    if (proofs.includes('waited') || recovery?.state === 'approved') return true;
    if (recovery?.demands === 'other_channel') return proofs.includes('other_channel');
    return recovery?.demands === 'nothing';
  }

  /** Sessions are begun and raised only by a sign-in that this browser finished, once each. */
  sessions({ browser, url }: Step, before: Snapshot, after: Snapshot): void {
    const earlier = new Map([...before.sessions.values()].map((session) => [session.uid, session]));
    for (const session of after.sessions.values()) {
      const old = earlier.get(session.uid);
      const same = old?.person === session.person && old.acr === session.acr && old.loginTs === session.loginTs;
      const standing = this.#sessions.get(session.uid);
      if (same && standing !== undefined) {
        // A second sign-in of the same class, proven in the same second, changes nothing but how it was proven.
        const other = this.#finished.find(
          (each) => each.browser === browser && each.person === session.person && url.pathname.endsWith(`/${each.uid}`),
        );
        if (other !== undefined) {
          const methods = new Set([...standing.methods, ...other.methods]);
          this.#sessions.set(session.uid, { ...standing, methods });
        }
        continue;
      }
      const cause = this.#finished.findLast(
        (each) =>
          !each.taken &&
          each.browser === browser &&
          each.person === session.person &&
          this.world.onClock(session.loginTs) > each.since - SLACK_SECONDS / 2 &&
          this.world.onClock(session.loginTs) < each.at + SLACK_SECONDS / 2 &&
          rankOf(strengthOf(each.proofs)) >= rankOf(session.acr),
      );
      if (cause === undefined)
        throw new Broken(
          `a session of ${this.#name(session.person)} with ${session.acr} that ${browser.name} finished no sign-in for`,
        );
      cause.taken = true;
      // A code of before tells, when it is redeemed, by what methods its session was proven until then.
      if (standing?.person === session.person) for (const method of cause.methods) standing.methods.add(method);
      this.#sessions.set(session.uid, { ...cause, at: this.world.onClock(session.loginTs) });
    }
  }

  holdsFactor(person: string, { people }: Snapshot): boolean {
    const row = people.get(person);
    if (row === undefined) return false;
    const { allowed } = this.world.policyOf(person).secondFactor;
    if (Object.keys(row.totp).length + Object.keys(row.keys).length > 0) return true;
    return (
      (allowed.includes('sms') && row.phone) || (allowed.includes('email') && row.emailVerified && row.email !== null)
    );
  }

  /** Whether the session of a browser, or what stands behind a token, may change something: fresh, and as strong as what the person holds. */
  mayChange({ browser, bearer }: Step, person: string, change: 'add' | 'other', before: Snapshot): boolean {
    if (bearer !== undefined && (bearer === 'none' || !bearer.mayAccount)) return false;
    const session = bearer === undefined ? this.standing(browser, before) : bearer.proven;
    if (session?.person !== person) return false;
    if (this.world.now() - session.at > this.world.realm.policy.freshProofSeconds + SLACK_SECONDS) return false;
    const strength = strengthOf(session.proofs);
    if (strength === RECOVERY) return change === 'add';
    return !this.holdsFactor(person, before) || rankOf(strength) >= rankOf(TWO);
  }

  /** Whether a sign-in may change something: on proofs that were just given, and a second one of who holds one. */
  mayChangeWithin(
    uid: string,
    {
      browser,
      person,
      proofs,
      change,
    }: { browser: Browser; person: string; proofs: readonly string[]; change: 'add' | 'codes' | 'other' },
    before: Snapshot,
  ): boolean {
    const signIn = this.#signIns.get(uid);
    if (signIn === undefined || signIn.owner !== browser) return false;
    if (signIn.person !== person && signIn.person !== undefined) return false;
    const just = proofs.filter((proof) => !proof.startsWith('session_'));
    // Codes stand beside a second factor, so one that was just shown is enough over a session.
    if (change === 'codes' && just.some((proof) => isFactor(proof, just))) return true;
    if (!proofs.some(isFirst)) return false;
    if (!this.holdsFactor(person, before)) return true;
    const factor = proofs.some((proof) => proof === 'passkey' || isFactor(proof, proofs));
    const isOffer = before.signIn?.at === 'action' && (before.signIn as { later?: boolean }).later === true;
    return factor || (!isOffer && proofs.some(isRecovery) && this.isBacked(proofs, before));
  }

  provenIn(uid: string): Verified | undefined {
    return this.#signIns.get(uid);
  }

  /** No browser is spared this person's second factor any more. */
  #distrust(person: string): void {
    for (const { owner } of this.#signIns.values()) owner.trusted.delete(person);
  }

  distrust(person: string): void {
    this.#distrust(person);
  }

  #name(person: string): string {
    return this.world.people.get(person)?.username ?? person;
  }
}

function without(all: readonly string[], known: readonly string[]): string[] {
  const left = [...known];
  return all.filter((each) => {
    const at = left.indexOf(each);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}
