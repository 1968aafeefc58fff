import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll } from '@jest/globals';
import {
  compiledPrograms,
  createTestDatabase,
  freePort,
  launchBrowser,
  type Mailbox,
  openMailbox,
  type RunningProcess,
  startProcess,
  type TestDatabase,
} from '@sparekey/testing';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { Past } from './past.ts';
import { acmeRealm, type Person, type RealmChange, type Roster, rosterOf } from './people.ts';
import { openTextGateway, type TextGateway } from './text-gateway.ts';
import { Visitor } from './visitor.ts';

export interface ProductOptions {
  /** Beside ada, lin and sam of the demo realm. */
  people?: Roster;
  /** Changes the realm before it is imported. */
  realm?: RealmChange;
  /** Settings beside those every product gets; read when the product starts. */
  settings?: Readonly<Record<string, string>>;
  /** Mails and text messages are sent, to a mail server and a gateway of the product's own. */
  messages?: true;
}

/** Where the messages of a product arrive. */
interface Post {
  mailbox: Mailbox;
  texts: TextGateway;
}

interface Ports {
  provider: number;
  management: number;
  provisioner: number;
  application: number;
}

const apps = join(import.meta.dirname, '../../..');

/** The whole product as processes of its own on one fresh database, with a browser in front. */
export class Product {
  readonly past: Past;
  readonly #database: TestDatabase;
  readonly #browser: Browser;
  readonly #folder: string;
  readonly #ports: Ports;
  readonly #people: ReadonlyMap<string, Person>;
  readonly #environment: Record<string, string>;
  readonly #post: Post | undefined;
  readonly #visitors = new Set<Visitor>();
  /** Everything that was ever started, for its output. */
  readonly #processes: RunningProcess[] = [];
  #provider: RunningProcess | undefined;

  private constructor(
    database: TestDatabase,
    browser: Browser,
    folder: string,
    ports: Ports,
    people: ReadonlyMap<string, Person>,
    environment: Record<string, string>,
    post: Post | undefined,
  ) {
    this.past = new Past(database);
    this.#database = database;
    this.#browser = browser;
    this.#folder = folder;
    this.#ports = ports;
    this.#people = people;
    this.#environment = environment;
    this.#post = post;
  }

  static async start({ people: roster = {}, realm, settings, messages }: ProductOptions): Promise<Product> {
    const [database, browser, folder] = await Promise.all([
      createTestDatabase(),
      launchBrowser(),
      mkdtemp(join(tmpdir(), 'sparekey-product-')),
    ]);
    const [provider, management, provisioner, application] = await Promise.all([
      freePort(),
      freePort(),
      freePort(),
      freePort(),
    ]);
    const post = messages && { mailbox: await openMailbox(), texts: await openTextGateway() };
    const people = rosterOf(roster);
    const file = join(folder, 'demo.json');
    await writeFile(file, JSON.stringify(acmeRealm(`http://localhost:${application}`, people, realm)));
    const environment = {
      DATABASE_URL: database.url,
      SPAREKEY_MASTER_KEY: randomBytes(32).toString('base64'),
      SPAREKEY_LISTEN_ADDRESS: '127.0.0.1',
      SPAREKEY_PORT: String(provider),
      SPAREKEY_MANAGEMENT_PORT: String(management),
      SPAREKEY_DEMO_RP_PORT: String(application),
      SPAREKEY_LOG_LEVEL: 'debug',
      // The demo realm as it comes, or the same with more people in place of it.
      ...(people.size === 0 && realm === undefined
        ? { SPAREKEY_DEMO: '1' }
        : { SPAREKEY_IMPORT_REALMS: file, SPAREKEY_OUTBOUND_ALLOW: '127.0.0.0/8,::1/128' }),
      ...(post && sendingBy(post)),
      ...settings,
    };
    const ports = { provider, management, provisioner, application };
    const product = new Product(database, browser, folder, ports, people, environment, post);
    try {
      await Promise.all([
        product.startProvider(),
        product.#start('provisioner', `http://127.0.0.1:${provisioner}/health/ready`, {
          SPAREKEY_MANAGEMENT_PORT: String(provisioner),
        }),
        product.#start('demo-rp', `http://127.0.0.1:${application}/`),
      ]);
    } catch (error) {
      await product.stop();
      throw error;
    }
    return product;
  }

  get url(): string {
    return `http://localhost:${this.#ports.provider}`;
  }

  get accountUrl(): string {
    return `${this.url}/realms/demo/account`;
  }

  get applicationUrl(): string {
    return `http://localhost:${this.#ports.application}`;
  }

  /** The secret that everything at rest is sealed under, as it was given to the processes. */
  get masterKey(): string {
    return this.#environment.SPAREKEY_MASTER_KEY ?? '';
  }

  get query(): TestDatabase['query'] {
    return this.#database.query;
  }

  get mailbox(): Mailbox {
    return this.#messages().mailbox;
  }

  get texts(): TextGateway {
    return this.#messages().texts;
  }

  #messages(): Post {
    if (this.#post === undefined) throw new Error('this product sends no messages');
    return this.#post;
  }

  /** What every process has written, those that have ended included. */
  output(): string {
    return this.#processes.map((process) => process.output()).join('\n');
  }

  async metrics(): Promise<string> {
    const { management, provisioner } = this.#ports;
    const texts = [management, provisioner].map(async (port) =>
      (await fetch(`http://127.0.0.1:${port}/metrics`)).text(),
    );
    return (await Promise.all(texts)).join('\n');
  }

  person(username: string): Person {
    const found = this.#people.get(username);
    if (found === undefined) throw new Error(`${username} is not in the roster of this product`);
    return found;
  }

  /** A browser of its own, closed after the test; see `Visitor`. */
  async visitor(options: BrowserContextOptions = {}): Promise<Visitor> {
    const context = await this.#browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Rome', ...options });
    const visitor = new Visitor(this, await context.newPage(), options.javaScriptEnabled !== false);
    this.#visitors.add(visitor);
    return visitor;
  }

  /** Closes the browsers of a test and tells what they complained about. */
  async leave(): Promise<string[]> {
    const complaints = [...this.#visitors].flatMap((visitor) => visitor.complaints);
    await Promise.all([...this.#visitors].map((visitor) => visitor.page.context().close()));
    this.#visitors.clear();
    return complaints;
  }

  async startProvider(): Promise<void> {
    this.#provider = await this.#start('provider', `http://127.0.0.1:${this.#ports.management}/health/ready`);
  }

  /** As a machine that loses power: no signal to prepare for, nothing drained. */
  async killProvider(): Promise<void> {
    await this.#provider?.kill();
  }

  /** Runs the command line as an operator of this product would. */
  operate(...args: string[]): Promise<{ code: number; out: string }> {
    const { PATH = '', HOME = '' } = process.env;
    const { DATABASE_URL = '', SPAREKEY_MASTER_KEY = '' } = this.#environment;
    const env = { PATH, HOME, NODE_COMPILE_CACHE: compiledPrograms, DATABASE_URL, SPAREKEY_MASTER_KEY };
    const entry = join(apps, '../tools/sparekey/main.ts');
    return new Promise((resolve) => {
      execFile(process.execPath, ['--disable-warning=ExperimentalWarning', entry, ...args], { env }, (error, out) =>
        resolve({ code: error === null ? 0 : Number(error.code), out }),
      );
    });
  }

  async stop(): Promise<void> {
    await this.leave();
    await this.#browser.close();
    await Promise.all(this.#processes.map((process) => process.stop()));
    await Promise.all([this.#post?.mailbox.close(), this.#post?.texts.close()]);
    await rm(this.#folder, { recursive: true });
    await this.#database.drop();
  }

  async #start(app: string, readyUrl: string, settings: Record<string, string> = {}): Promise<RunningProcess> {
    const process = await startProcess({
      entry: join(apps, app, 'src/main.ts'),
      env: { ...this.#environment, ...settings },
      readyUrl,
      timeoutSeconds: 60,
    });
    this.#processes.push(process);
    return process;
  }
}

function sendingBy({ mailbox, texts }: Post): Record<string, string> {
  return {
    SPAREKEY_SMTP_URL: mailbox.smtpUrl,
    SPAREKEY_SMS_GATEWAY: 'webhook',
    SPAREKEY_SMS_URL: texts.url,
    SPAREKEY_SMS_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
  };
}

/** One product for the tests of a file. Every test fails on what its browsers complained about. */
export function useProduct(options: ProductOptions = {}): () => Product {
  let product: Product | undefined;
  beforeAll(async () => {
    product = await Product.start(options);
  });
  afterEach(async () => {
    const complaints = (await product?.leave()) ?? [];
    if (complaints.length > 0) throw new Error(`the browser complained:\n${complaints.join('\n')}`);
  });
  afterAll(() => product?.stop());
  return () => {
    if (product === undefined) throw new Error('the product runs from beforeAll on');
    return product;
  };
}
