import { classify } from '../answer/classify.ts';
import { mayPass } from '../answer/health.ts';
import type { ScimConnection } from '../connection/model.ts';
import { checkMapping } from '../mapping/mapping.ts';
import { announcedTraits, traitsOf } from '../plan/traits.ts';
import { TaskFailure, type WorkContext } from './context.ts';
import type { WorkerParts } from './worker.ts';

const DAY_MS = 86_400_000;
/** How long the brake holds without counting again. */
const holdMs = 2000;

type Parts = Pick<WorkerParts, 'pace' | 'links' | 'directory' | 'open' | 'now'>;

/** What looks at people and groups of a target need. Errors: TaskFailure, when it cannot be asked what it can. */
export async function contextOf(
  parts: Parts,
  connection: ScimConnection<'target'>,
  signal: AbortSignal,
): Promise<WorkContext> {
  const { pace, links, directory, now } = parts;
  const known = await pace.get(connection);
  const send = await parts.open(connection, signal);
  let { announced } = known;
  const old = known.announcedAt === undefined || known.announcedAt.getTime() < now().getTime() - DAY_MS;
  if (old) {
    const outcome = classify(await send({ method: 'GET', path: '/ServiceProviderConfig' }), now());
    if (outcome.kind === 'retry' || outcome.kind === 'pause' || outcome.kind === 'quarantine') {
      throw new TaskFailure(outcome);
    }
    announced = outcome.kind === 'ok' ? announcedTraits(outcome.body) : {};
    await pace.announced(connection, announced);
  }
  const { mapping, brake } = connection.settings;
  let heldUntil = 0;
  return {
    connection,
    rules: { user: checkMapping('user', mapping.user).rules, group: checkMapping('group', mapping.group).rules },
    traits: traitsOf(connection.profile, announced),
    wire: { send },
    links,
    directory,
    now,
    hasNoPatch: () => pace.announced(connection, { ...announced, patch: false }),
    async mayDeprovision() {
      // Counting looks at every link; while the brake holds, its last word stands for a moment.
      if (now().getTime() < heldUntil) return false;
      const { known: all, wanted } = await links.deprovisionings(connection);
      const passes = mayPass(brake, wanted, all);
      if (!passes) heldUntil = now().getTime() + holdMs;
      return passes;
    },
  };
}
