import type { Storage } from '@sparekey/storage';
import { AccountRest } from './account-rest.ts';
import type { Chance } from './chance.ts';
import { judgeChanges } from './changes.ts';
import { addressOf, type Target } from './directions.ts';
import { type Fields, Filler } from './fill.ts';
import { operate } from './operator.ts';
import { Broken, Oracle } from './oracle.ts';
import { readPage, type SeenPage, uidOf } from './pages.ts';
import type { PassingTime } from './passing-time.ts';
import type { PostOffice } from './post-office.ts';
import { kinds, type Settlers } from './settlers.ts';
import { look, type Snapshot } from './snapshot.ts';
import { type Bearer, RelyingParties } from './tokens.ts';
import { told } from './told.ts';
import { Cookies, encode, type Reply, type Wire } from './wire.ts';
import { type Browser, newBrowser, type Step, type World } from './world.ts';

export interface WalkParts {
  storage: Storage;
  origin: string;
  wire: Wire;
  world: World;
  chance: Chance;
  office: PostOffice;
  settlers: Settlers;
  time: PassingTime;
}

/** Pages that a browser, or somebody who copied them, may still post; and steps that a failure tells of. */
const [REMEMBERED, KEPT_RECORD] = [10, 30];

/** Walks at random through one realm, with several browsers, and has every step judged. */
export class Walker {
  readonly #parts: WalkParts;
  readonly #oracle: Oracle;
  readonly #filler: Filler;
  readonly #applications: RelyingParties;
  readonly #rest: AccountRest;
  readonly #browsers: Browser[] = [];
  /** What sign-ins looked like after the last step that was about them. */
  readonly #seen = new Map<string, Pick<Snapshot, 'signIn' | 'recovery'>>();
  readonly #posted: { url: URL; fields: Fields }[] = [];
  /** The last steps, for people who read a failure. */
  readonly record: string[] = [];
  /** How often each state of a sign-in, and each answer, was met. */
  readonly met = new Map<string, number>();
  #snapshot: Snapshot = { people: new Map(), sessions: new Map(), signIn: undefined, recovery: undefined };
  #number = 0;

  constructor(parts: WalkParts) {
    this.#parts = parts;
    const { world, chance, wire, origin } = parts;
    this.#oracle = new Oracle(world);
    this.#filler = new Filler(chance, world, origin);
    this.#applications = new RelyingParties(world, wire, origin, chance);
    this.#rest = new AccountRest(world, chance, origin);
  }

  async begin(): Promise<void> {
    const { world, settlers, chance } = this.#parts;
    for (const kind of kinds) await settlers.settle(world, kind);
    const all = [...world.people.values()];
    const someone = () => chance.any(all) as (typeof all)[number];
    this.#browsers.push(
      newBrowser('the person', '203.0.113.10', someone(), 'all'),
      newBrowser('their phone', '203.0.113.11', someone(), 'all'),
      newBrowser('a thief with the password', '198.51.100.1', someone(), 'password'),
      newBrowser('a thief', '192.0.2.1', someone(), 'nothing'),
    );
    await this.#refresh();
  }

  async step(): Promise<void> {
    this.#number += 1;
    const { chance } = this.#parts;
    const browser = chance.weighted(this.#browsers.map((each, index) => [[6, 4, 2, 1][index] ?? 1, each] as const));
    const choice = chance.weighted<() => Promise<void>>([
      [browser.pending === undefined ? 0 : 300, () => this.#visit(browser, browser.pending as URL, 'follow')],
      [browser.page === undefined ? 0 : 90, () => this.#use(browser, browser.page as SeenPage)],
      [12, () => this.#arrive(browser)],
      [browser.page === undefined ? 0 : 4, () => this.#link(browser, browser.page as SeenPage)],
      [6, () => this.#stale(browser)],
      [5, () => this.#direct(browser)],
      [2, () => this.#again(browser)],
      [this.#applications.hasWork ? 8 : 0, () => this.#redeem()],
      [3, () => this.#call(chance.happens(0.8) ? this.#applications.bearer() : undefined)],
      [3, () => this.#time()],
      [1, () => this.#operator()],
      [1, () => this.#change(browser)],
    ]);
    await choice();
  }

  #note(text: string): void {
    this.record.push(`${this.#number} ${text}`);
    if (this.record.length > KEPT_RECORD) this.record.shift();
  }

  #count(what: string): void {
    this.met.set(what, (this.met.get(what) ?? 0) + 1);
  }

  #arrive(browser: Browser): Promise<void> {
    const { chance, world } = this.#parts;
    if (chance.happens(0.3)) browser.aim = chance.any([...world.people.values()]) ?? browser.aim;
    const account = new URL(`${this.#parts.origin}/realms/${world.realm.name}/account`);
    return this.#visit(browser, chance.happens(0.45) ? account : this.#applications.authorization(), 'arrive');
  }

  /** The forms of an account's overview end sessions; what changes something is behind its links. */
  #use(browser: Browser, page: SeenPage): Promise<void> {
    const { chance } = this.#parts;
    if (!page.url.pathname.endsWith('/account') || chance.happens(0.15)) return this.#submit(browser, page);
    const removal = chance.any(page.links.filter((href) => href.endsWith('/remove')));
    if (removal === undefined || chance.happens(0.6)) return this.#link(browser, page);
    return this.#visit(browser, new URL(removal, page.url), 'link');
  }

  async #submit(browser: Browser, page: SeenPage): Promise<void> {
    const form = this.#parts.chance.any(page.forms);
    if (form === undefined) return this.#arrive(browser);
    const fields = this.#filler.fill(browser, page, form);
    if (this.#filler.waits && this.#parts.chance.happens(0.8)) await this.#pass(60);
    return this.#post(browser, new URL(form.action, page.url), fields);
  }

  #link(browser: Browser, page: SeenPage): Promise<void> {
    const href = this.#parts.chance.any(page.links);
    const url = href === undefined ? undefined : new URL(href, page.url);
    // Some lead elsewhere: a download, or back to the application.
    return url?.origin === this.#parts.origin ? this.#visit(browser, url, 'link') : this.#arrive(browser);
  }

  /** A page of before, of this browser or of another. */
  #stale(browser: Browser): Promise<void> {
    const { chance } = this.#parts;
    const from = chance.happens(0.6) ? browser : (chance.any(this.#browsers) ?? browser);
    const page = chance.any(from.history);
    return page === undefined ? this.#arrive(browser) : this.#submit(browser, page);
  }

  #direct(browser: Browser): Promise<void> {
    const { chance, world, origin } = this.#parts;
    const uids = this.#browsers.flatMap(({ history }) => history.flatMap(({ uid }) => uid ?? []));
    const pages = this.#browsers.flatMap(({ history }) => history);
    const target: Target = addressOf(chance, world, this.#snapshot, { origin, uids });
    if (target.method === 'GET') return this.#visit(browser, target.url, 'hit');
    const page = chance.any(pages);
    const form = chance.any(page?.forms ?? []);
    if (page === undefined || form === undefined) return this.#visit(browser, target.url, 'hit');
    return this.#post(browser, target.url, this.#filler.fill(browser, page, form), target.method);
  }

  /** A request that was sent before, by whichever browser. */
  #again(browser: Browser): Promise<void> {
    const posted = this.#parts.chance.any(this.#posted);
    return posted === undefined ? this.#arrive(browser) : this.#post(browser, posted.url, posted.fields);
  }

  async #redeem(): Promise<void> {
    const { latest } = this.#applications;
    this.#note(await this.#applications.visit());
    await this.#refresh();
    // A program that just got a token uses it: a little later it is mostly dead.
    if (this.#applications.latest === latest) return;
    for (let call = 0; call < 4; call += 1) await this.#call(this.#applications.latest);
  }

  /** A program asks the account REST, with a token or without. */
  async #call(bearer: Bearer | undefined): Promise<void> {
    const { wire, storage, world } = this.#parts;
    const before = this.#snapshot;
    const { step, request } = this.#rest.call(this.#number, bearer, before);
    this.#note(told(step, false));
    const reply = await wire.send(request, new Cookies());
    const after = await look(storage, world.realm, '');
    const shown = this.#rest.judge(step, reply);
    await judgeChanges({ oracle: this.#oracle, storage, step, before, after, shown });
    this.#oracle.sessions(step, before, after);
    this.#snapshot = after;
    this.#count(`call ${step.method} ${reply.status}`);
  }

  #time(): Promise<void> {
    const times = [
      [20, 60],
      [6, 360],
      [3, 1860],
      [2, 25 * 3600],
      [1, 8 * 24 * 3600],
    ] as const;
    return this.#pass(this.#parts.chance.weighted(times));
  }

  async #pass(seconds: number): Promise<void> {
    const { time, world } = this.#parts;
    await time.pass(world.realm, seconds);
    world.passed(seconds);
    this.#note(`${seconds} s pass`);
    await this.#refresh();
  }

  async #operator(): Promise<void> {
    const { storage, world, chance, settlers } = this.#parts;
    this.#note(await operate(storage, world, chance, settlers, [...world.recoveries.keys()].slice(-6)));
    await this.#refresh();
  }

  /** Somebody else sits down, or cookies are lost. */
  async #change(browser: Browser): Promise<void> {
    const { chance, world } = this.#parts;
    const what = chance.pick(['aim', 'cookies', 'some cookies']);
    if (what === 'aim') browser.aim = chance.any([...world.people.values()]) ?? browser.aim;
    else browser.cookies.drop(() => what === 'cookies' || chance.happens(0.5));
    this.#note(`${browser.name}: other ${what}`);
  }

  async #refresh(): Promise<void> {
    this.#snapshot = await look(this.#parts.storage, this.#parts.world.realm, '');
  }

  #visit(browser: Browser, url: URL, why: string): Promise<void> {
    return this.#perform({ number: this.#number, browser, what: why, method: 'GET', url, fields: [] });
  }

  #post(browser: Browser, url: URL, fields: Fields, method = 'POST'): Promise<void> {
    this.#posted.push({ url, fields });
    if (this.#posted.length > 20) this.#posted.shift();
    return this.#perform({ number: this.#number, browser, what: 'post', method, url, fields });
  }

  async #perform(step: Step): Promise<void> {
    const { storage, world, wire, chance, office } = this.#parts;
    const { browser, url, method, fields } = step;
    const uid = uidOf(url.pathname) ?? '';
    const twice = method === 'POST' && chance.happens(0.03);
    this.#note(told(step, twice));
    const before = { ...this.#snapshot, ...(this.#seen.get(uid) ?? { signIn: undefined, recovery: undefined }) };
    const request = {
      method,
      url,
      headers: {
        'x-forwarded-for': browser.ip,
        'user-agent': browser.name,
        ...(method === 'GET' ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
      },
      ...(method === 'GET' || method === 'HEAD' ? {} : { body: encode(fields) }),
    };
    const replies = await Promise.all((twice ? [1, 2] : [1]).map(() => wire.send(request, browser.cookies)));
    for (const reply of replies) this.#receive(step, reply);
    const after = await look(storage, world.realm, uid);
    const shown = replies.flatMap((reply) => readPage(url, reply.body).codes);
    if (uid !== '') this.#oracle.signIn(step, uid, before, after);
    await judgeChanges({ oracle: this.#oracle, storage, step, before, after, shown });
    this.#oracle.sessions(step, before, after);
    this.#snapshot = after;
    if (uid !== '') this.#seen.set(uid, { signIn: after.signIn, recovery: after.recovery });
    this.#count(`state ${after.signIn?.at ?? 'none'}`);
    for (const reply of replies) this.#judgeReply(step, reply, after);
    const asksCode = replies.some(({ body }) => body.includes('name="email_code"') || body.includes('name="sms_code"'));
    if (asksCode || chance.happens(0.03)) await office.collect(world, uid);
  }

  /** The browser takes in what came: a page, or where to go on. */
  #receive({ browser, url }: Step, reply: Reply): void {
    const { origin } = this.#parts;
    browser.pending = undefined;
    if (reply.location !== undefined) {
      const uid = reply.location.origin === origin ? uidOf(reply.location.pathname) : undefined;
      if (uid !== undefined && url.pathname.includes('/protocol/openid-connect/auth')) this.#oracle.began(uid, browser);
      if (reply.location.origin === origin) browser.pending = reply.location;
      return;
    }
    const page = readPage(url, reply.body);
    if (page.forms.length === 0) {
      if (reply.status !== 200) browser.page = undefined;
      return;
    }
    browser.page = page;
    browser.history.push(page);
    if (browser.history.length > REMEMBERED) browser.history.shift();
  }

  #judgeReply(step: Step, { status, location, body }: Reply, after: Snapshot): void {
    const { origin, world } = this.#parts;
    this.#count(`status ${status}`);
    // Nor is "too busy" an answer to a handful of browsers: no limit of the product is near.
    if (status >= 500) throw new Broken(`${status}: ${/<title>[^<]*/.exec(body)?.[0] ?? body.slice(0, 300)}`);
    const standing = this.#oracle.standing(step.browser, after);
    if (location !== undefined && location.origin !== origin) this.#applications.back(location, standing);
    const isAccount = /^\/realms\/[^/]+\/account(\/|$)/.test(step.url.pathname);
    if (!isAccount || status !== 200 || step.url.pathname.endsWith('/sessions')) return;
    if (standing === undefined) throw new Broken('an account page was shown without a session');
    for (const person of world.people.values()) {
      if (person.id !== standing.person && body.includes(`<dd>${person.username}</dd>`))
        throw new Broken('an account page is of someone else');
    }
  }
}
