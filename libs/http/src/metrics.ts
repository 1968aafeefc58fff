import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** State of the hash engine, read at each scrape. */
export interface HashQueue {
  inFlight(): number;
  queued(): number;
}

/** State of the door of pages, read at each scrape. */
export interface PageLine {
  underWay(): number;
  waiting(): number;
}

/** How directories fare, over all connections. */
export interface ScimOverview {
  tasks: Record<string, number>;
  connections: Record<string, number>;
  /** Age of the oldest task that could run now. */
  lagSeconds: number;
}

/** What the product counts. Labels take few values each: never a name, an address or an id of a person. */
export interface Metrics {
  /** A sign-in ended, or one of its factors was tried. `factor` is `none` for the end of a sign-in. */
  signIn(labels: { outcome: string; factor: string }): void;
  /** One database statement, by its fixed name. */
  statement(name: string, seconds: number): void;
  /** One answered request, by route pattern. */
  httpRequest(labels: { method: string; route: string; status: number }, seconds: number): void;
  /** One attempt at delivering a message of the outbox. */
  delivery(labels: { kind: string; outcome: string }): void;
  /** One person or group looked at for a target, or written from a source: `done`, or the class of the failure. */
  scimTask(labels: { outcome: string }): void;
  /** Shows how directories fare, read at each scrape. */
  watchScim(read: () => Promise<ScimOverview>): void;
  /** Shows the queue of the hash engine from now on. */
  watchHashQueue(queue: HashQueue): void;
  /** Shows the line before the pages from now on. */
  watchPageLine(line: PageLine): void;
  /** The exposition text of Prometheus. */
  render(): Promise<{ contentType: string; body: string }>;
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Metrics of one process in a registry of their own, with those of Node (event-loop delay, GC, memory) beside them. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 10 });
  const signIns = new Counter({
    name: 'sparekey_sign_ins_total',
    help: 'Sign-ins by outcome, and attempts at each factor',
    labelNames: ['outcome', 'factor'],
    registers,
  });
  const statements = new Histogram({
    name: 'sparekey_statement_seconds',
    help: 'Time of database statements by name',
    labelNames: ['statement'],
    buckets: seconds,
    registers,
  });
  const requests = new Histogram({
    name: 'sparekey_http_request_seconds',
    help: 'Time from request to end of response by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: seconds,
    registers,
  });
  const deliveries = new Counter({
    name: 'sparekey_deliveries_total',
    help: 'Attempts at delivering messages of the outbox, by outcome',
    labelNames: ['kind', 'outcome'],
    registers,
  });
  const scimTasks = new Counter({
    name: 'sparekey_scim_tasks_total',
    help: 'People and groups looked at for a target, or written from a source, by how that ended',
    labelNames: ['outcome'],
    registers,
  });
  return {
    scimTask: (labels) => scimTasks.inc(labels),
    watchScim: (read) => watchScim(registers, read),
    delivery: (labels) => deliveries.inc(labels),
    signIn: (labels) => signIns.inc(labels),
    statement: (name, duration) => statements.observe({ statement: name }, duration),
    httpRequest: ({ method, route, status }, duration) =>
      // A client may invent methods; a label per invention would fill the memory.
      requests.observe({ method: methods.has(method) ? method : 'other', route, status }, duration),
    watchHashQueue: (queue) => {
      gauge('sparekey_hash_in_flight', 'Password hashes being computed', queue.inFlight);
      gauge('sparekey_hash_queued', 'Password hashes waiting for a core', queue.queued);
    },
    watchPageLine: (line) => {
      gauge('sparekey_pages_under_way', 'Pages and forms being answered', line.underWay);
      gauge('sparekey_pages_waiting', 'Pages and forms waiting for their turn', line.waiting);
    },
    render: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };

  function gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  }
}

function watchScim(registers: Registry[], read: () => Promise<ScimOverview>): void {
  const tasks = new Gauge({
    name: 'sparekey_scim_tasks',
    help: 'Tasks of directories that are kept in step, by state',
    labelNames: ['state'],
    registers,
  });
  const connections = new Gauge({
    name: 'sparekey_scim_connections',
    help: 'Targets and sources by state; quarantined ones need an operator',
    labelNames: ['state'],
    registers,
  });
  new Gauge({
    name: 'sparekey_scim_lag_seconds',
    help: 'How long the oldest task of a target, or the reading of a source, is overdue',
    registers,
    async collect() {
      // A database that does not answer must not take every other metric with it.
      const overview = await read().catch(() => undefined);
      if (overview === undefined) return;
      tasks.reset();
      for (const [state, count] of Object.entries(overview.tasks)) tasks.set({ state }, count);
      connections.reset();
      for (const [state, count] of Object.entries(overview.connections)) connections.set({ state }, count);
      this.set(overview.lagSeconds);
    },
  });
}
