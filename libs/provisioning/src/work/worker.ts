import type { RealmId, ScimConnectionId } from '@sparekey/contracts';
import { attemptsBeforeEscrow, nextAttempt } from '../answer/backoff.ts';
import type { Answer, Failure } from '../answer/classify.ts';
import { isSick } from '../answer/health.ts';
import { isOfKind, type ScimConnection, type ScimState } from '../connection/model.ts';
import { connectionFailed, mayBeAsked, quarantine } from './connection-health.ts';
import { TaskFailure, type WorkContext } from './context.ts';
import { contextOf } from './open.ts';
import type { ClaimedTask, LinkStore, LocalDirectory, PaceKeeper, ScimRequest, TaskQueue, Wire } from './ports.ts';
import { reconcile } from './reconcile.ts';

/** Beyond the time of one request: what a worker needs to say that it is still there. */
const leaseMarginSeconds = 10;

export interface WorkerParts {
  queue: TaskQueue;
  pace: PaceKeeper;
  links: LinkStore;
  directory: LocalDirectory;
  connection(realmId: RealmId, id: ScimConnectionId): Promise<ScimConnection | undefined>;
  /** Moves a connection to a state, with its audit event. */
  move(connection: ScimConnection, state: ScimState, reason?: string): Promise<void>;
  /** Requests of one connection, with its address and credentials; ended by `signal`. */
  open(connection: ScimConnection, signal: AbortSignal): Promise<(request: ScimRequest) => Promise<Answer>>;
  now(): Date;
  /** In [0, 1). */
  random(): number;
  wait(ms: number, signal: AbortSignal): Promise<void>;
  /** Told how each task ended: `done`, `staged`, `asking`, or the class of its failure. */
  onTask?(outcome: string): void;
  onError?(error: unknown, task: ClaimedTask): void;
  /** How long a task is kept without a word of its worker; by default as long as an answer may take, and 10 s. */
  leaseSeconds?: number;
}

/** Somebody else has the task by now: this worker was too slow, and must not write any more. */
class LeaseLost extends Error {}

/**
 * Does what is to be done for a target until nothing is left that may be done now; returns how many tasks were looked
 * at. Safe beside other workers. When `signal` fires, running requests end and their tasks are given back.
 */
export async function workOn(
  parts: WorkerParts,
  { realmId, connectionId }: { realmId: RealmId; connectionId: ScimConnectionId },
  signal: AbortSignal,
): Promise<number> {
  const found = await parts.connection(realmId, connectionId);
  if (found === undefined || !isOfKind(found, 'target')) return 0;
  if (!(await mayBeAsked(parts, found))) return 0;
  if ((await parts.pace.get(found)).reconciledVersion < found.version) {
    await parts.queue.scheduleAll(found);
    await parts.pace.reconciled(found);
  }
  const context = await contextOf(parts, found, signal).catch(async (error: unknown) => {
    if (!(error instanceof TaskFailure)) throw error;
    if (!signal.aborted) await connectionFailed(parts, found, error.outcome);
  });
  if (!context) return 0;
  const { maxInFlight, timeoutSeconds } = found.settings;
  const lease = parts.leaseSeconds ?? timeoutSeconds + leaseMarginSeconds;
  const running = new Set<Promise<void>>();
  let looked = 0;
  for (;;) {
    const isLast = running.size === 0;
    const free = maxInFlight - running.size;
    const tasks = signal.aborted || free <= 0 ? [] : await parts.queue.claim(found, free, lease);
    for (const task of tasks) {
      looked += 1;
      const run: Promise<void> = runTask(
        parts,
        { ...context, wire: pacedWire(parts, context, task, lease, signal) },
        task,
        signal,
      )
        // What the database does not take now is taken up when the lease is over.
        .catch((error: unknown) => parts.onError?.(error, task))
        .finally(() => running.delete(run));
      running.add(run);
    }
    if (running.size > 0) await Promise.race(running);
    // What was in flight when it was asked for more may have been what the rest waited for.
    else if (isLast || signal.aborted) return looked;
  }
}

/** Requests in the rhythm that all workers keep together, each of which says that the task is still worked at. */
function pacedWire(
  parts: WorkerParts,
  { connection, wire }: WorkContext,
  task: ClaimedTask,
  lease: number,
  signal: AbortSignal,
): Wire {
  return {
    async send(request) {
      const seconds = await parts.pace.takeToken(connection, connection.settings.requestsPerSecond);
      if (seconds > 0) await parts.wait(seconds * 1000, signal);
      if (!(await parts.queue.renew(connection, task, lease))) throw new LeaseLost('another worker has the task');
      return signal.aborted ? { failed: 'network', why: 'the worker stops' } : wire.send(request);
    },
  };
}

async function runTask(
  parts: WorkerParts,
  context: WorkContext,
  task: ClaimedTask,
  signal: AbortSignal,
): Promise<void> {
  const { queue, pace } = parts;
  const { connection, wire } = context;
  const { kind, localId } = task;
  let asked = false;
  const send = (request: ScimRequest) => {
    asked = true;
    return wire.send(request);
  };
  try {
    const end = await reconcile({ ...context, wire: { send } }, task, task);
    // Not at each answer: a target that answers reads and fails writes is not well.
    if (asked && (end.kind !== 'done' || end.events.length === 0)) await pace.answered(connection);
    if (end.kind !== 'done') {
      const action = end.kind === 'staged' ? 'staged' : 'asked';
      const held = { failure: 'conflict', why: end.why, next: end.kind, counts: false } as const;
      await queue.failed(connection, task, held, { kind, localId, action, why: end.why });
      parts.onTask?.(end.kind);
      return;
    }
    await queue.done(connection, task, end.wakeAt);
    if (end.events.length > 0) await pace.told(connection, 'ok');
    if (asked && connection.state === 'quarantined') await parts.move(connection, 'active', 'it works again');
    parts.onTask?.('done');
  } catch (error) {
    if (error instanceof LeaseLost) return;
    if (signal.aborted) return queue.release(connection, task);
    if (error instanceof TaskFailure) return taskFailed(parts, connection, task, error.outcome);
    parts.onError?.(error, task);
    // Never given up, and tried within the hour: it is no fault of the other side's, and the next release may mend it.
    const attempt = Math.min(task.attempt + 1, attemptsBeforeEscrow);
    const next = nextAttempt({ attempt, failingSince: parts.now() }, parts.now(), parts.random());
    await queue.failed(connection, task, {
      failure: 'internal',
      why: 'our own fault: see the log',
      next,
      counts: true,
    });
    parts.onTask?.('internal');
  }
}

async function taskFailed(
  parts: WorkerParts,
  connection: ScimConnection,
  task: ClaimedTask,
  outcome: Failure,
): Promise<void> {
  const { queue, pace, now, random } = parts;
  const { failure, why } = outcome;
  const { kind, localId } = task;
  parts.onTask?.(failure);
  const since = task.failingSince ?? now();
  if (outcome.kind === 'retry') {
    const next = nextAttempt({ attempt: task.attempt + 1, failingSince: since }, now(), random());
    await queue.failed(connection, task, { failure, why, next, counts: true });
  } else if (outcome.kind === 'pause' || outcome.kind === 'quarantine') {
    await queue.failed(connection, task, { failure, why, next: now(), counts: false });
  } else {
    const dead = { failure, why, next: 'dead', counts: true } as const;
    await queue.failed(connection, task, dead, { kind, localId, action: 'failed', failure, why });
    const health = await pace.told(connection, 'refused');
    if (isSick(health))
      await quarantine(parts, connection, `${health.refused} of ${health.writes} writes were refused`);
    return;
  }
  await connectionFailed(parts, connection, outcome);
}
