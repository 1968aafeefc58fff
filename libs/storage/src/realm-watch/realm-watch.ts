import type { RealmId } from '@sparekey/contracts';
import pg from 'pg';

/** A change that no notification told of is seen at the next comparison; with reconnecting this stays below a second. */
const COMPARE_EVERY_MS = 500;

/** A server that does not answer for this long counts as lost. */
const ANSWER_WITHIN_MS = 2_000;

/** The lowest pause between two attempts to connect. */
const RECONNECT_AFTER_MS = 100;

export interface RealmWatchOptions {
  url: string;
  onChanged(realmId: RealmId): void;
  onConnectionError(error: Error): void;
}

/**
 * Tells which realms changed, by one connection of its own that listens and that compares all versions twice a second.
 * The comparison is what counts, a notification only makes it happen at once: so nothing is missed while the connection is
 * down, through a pooler that cannot LISTEN, or behind a network that swallows packets.
 */
export class RealmWatch {
  readonly #options: RealmWatchOptions;
  #client: pg.Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #versions: Map<RealmId, number> | undefined;
  #turning: Promise<void> | undefined;
  #again = false;
  #healthy = true;
  #closed = false;

  constructor(options: RealmWatchOptions) {
    this.#options = options;
  }

  /** Connects and takes the versions to compare with. Rejects when the database does not answer. */
  async start(): Promise<void> {
    await this.#compare(await this.#connect());
    this.#schedule(COMPARE_EVERY_MS);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await this.#turning;
    await this.#client?.end().catch(() => {});
  }

  #schedule(afterMs: number): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#compareSoon(), afterMs);
    this.#timer.unref();
  }

  /** During a comparison it asks for one more: the running one may have read before the change. */
  #compareSoon(): void {
    if (this.#turning) this.#again = true;
    else if (!this.#closed) this.#turning = this.#turn();
  }

  /** Compares, on a new connection when the last one was lost, and plans the next comparison. Never rejects. */
  async #turn(): Promise<void> {
    let pause = COMPARE_EVERY_MS;
    try {
      do {
        this.#again = false;
        await this.#compare(this.#client ?? (await this.#connect()));
      } while (this.#again && !this.#closed);
      this.#healthy = true;
    } catch (error) {
      pause = RECONNECT_AFTER_MS;
      this.#drop();
      // Told once an outage, not ten times a second.
      if (this.#healthy) this.#options.onConnectionError(error instanceof Error ? error : new Error(String(error)));
      this.#healthy = false;
    }
    this.#turning = undefined;
    this.#schedule(pause);
  }

  async #connect(): Promise<pg.Client> {
    const client = new pg.Client({
      connectionString: this.#options.url,
      application_name: 'sparekey-watch',
      connectionTimeoutMillis: ANSWER_WITHIN_MS,
      query_timeout: ANSWER_WITHIN_MS,
      keepAlive: true,
    });
    const lost = () => {
      if (this.#client !== client) return;
      this.#drop();
      this.#schedule(0);
    };
    client.on('error', lost);
    client.on('end', lost);
    client.on('notification', () => this.#compareSoon());
    await client.connect();
    this.#client = client;
    await client.query('listen sparekey_realm');
    return client;
  }

  #drop(): void {
    const client = this.#client;
    this.#client = undefined;
    client?.end().catch(() => {});
  }

  async #compare(client: pg.Client): Promise<void> {
    const { rows } = await client.query<{ id: RealmId; version: string }>('select id, version from realm');
    const versions = new Map(rows.map((row) => [row.id, Number(row.version)]));
    const before = this.#versions ?? versions;
    this.#versions = versions;
    for (const id of new Set([...before.keys(), ...versions.keys()]))
      if (before.get(id) !== versions.get(id)) this.#options.onChanged(id);
  }
}
