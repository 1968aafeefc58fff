import type { Actor, AuditTrail } from '@sparekey/audit';
import { AppError } from '@sparekey/contracts';
import { isOfKind, type ScimConnection } from '../connection/model.ts';
import type { TaskQueue } from '../work/ports.ts';
import { type ScimRun, type SurveyKind, surveyable } from './model.ts';
import type { RunStore } from './ports.ts';

type Operator = Extract<Actor, { kind: 'operator' }>;

/** What beginning a run needs, bound to one transaction. */
export interface RunStores {
  scimRuns: RunStore;
  scimTasks: Pick<TaskQueue, 'scheduleAll'>;
  audit: AuditTrail;
}

/** A connection that nobody works at would keep a run for ever. Errors: `conflict`, with the reason. */
export function mustWork({ name, state, stateReason }: ScimConnection): void {
  if (state === 'active') return;
  const why = stateReason === undefined ? '' : `: ${stateReason}`;
  throw new AppError('conflict', `${name} is ${state}${why}. Nothing is done for it before it is active.`);
}

/**
 * Has a connection run as a whole: of a target everyone in scope and everyone linked is marked, a source is read anew.
 * Call it in a transaction. Errors: `validation_failed` for a server; `conflict` when the connection is not active, or a
 * reading of it is under way.
 */
export async function beginRun(stores: RunStores, connection: ScimConnection, actor: Operator): Promise<ScimRun> {
  if (isOfKind(connection, 'server')) {
    throw new AppError('validation_failed', `${connection.name} is a server: the directory writes to it by itself.`);
  }
  mustWork(connection);
  const askedBy = actor.name;
  const run = isOfKind(connection, 'target')
    ? await stores.scimRuns.begin(connection, {
        kind: 'full',
        askedBy,
        scheduled: await stores.scimTasks.scheduleAll(connection),
      })
    : await stores.scimRuns.begin(connection, { kind: 'pull', askedBy, state: 'asked' });
  await tell(stores, connection, actor, run.kind);
  return run;
}

/**
 * Asks for a survey: how a target drifted, or what would be done for a target or a source. Call it in a transaction. Errors:
 * `validation_failed` for a connection that has none; `conflict` when the connection cannot be asked, or a survey of it is under way.
 */
export async function askForSurvey(
  stores: Pick<RunStores, 'scimRuns' | 'audit'>,
  connection: ScimConnection,
  { kind, repairs = false }: { kind: SurveyKind; repairs?: boolean },
  actor: Operator,
): Promise<ScimRun> {
  if (isOfKind(connection, 'server')) {
    throw new AppError('validation_failed', `${connection.name} is a server: the directory writes to it by itself.`);
  }
  if (kind === 'drift' && isOfKind(connection, 'source')) {
    throw new AppError(
      'validation_failed',
      `${connection.name} is a source, which has the final say: \`scim sync\` makes what drifted so again.`,
    );
  }
  if (!surveyable[kind].includes(connection.state)) mustWork(connection);
  const run = await stores.scimRuns.begin(connection, { kind, askedBy: actor.name, state: 'asked', repairs });
  await tell(stores, connection, actor, repairs ? 'repair' : kind);
  return run;
}

async function tell(
  { audit }: Pick<RunStores, 'audit'>,
  { realmId, organizationId, name }: ScimConnection,
  actor: Operator,
  type: string,
): Promise<void> {
  await audit.append({
    type: 'scim_run.asked',
    realmId,
    ...(organizationId && { organizationId }),
    actor,
    outcome: 'success',
    detail: { connection: name, type },
  });
}
