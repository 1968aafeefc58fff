import { mayPass } from '../answer/health.ts';
import { membersOf, type ScimResource, withMembers } from '../plan/resource.ts';
import type { ScimLink } from '../work/ports.ts';
import { localIdsOf } from './apply.ts';
import { applyOne } from './apply-one.ts';
import { failed, type PullContext } from './context.ts';
import { mapped, merged } from './mapped.ts';
import type { RemoteResource } from './pages.ts';
import type { Waiting } from './ports.ts';
import { readOne } from './read-one.ts';
import { outOfReach } from './unfit.ts';

const BATCH = 100;

/**
 * Lets go who is leaving, when the brake lets them pass or an operator allowed it, and takes over whom an operator allowed.
 * Each is asked for on the other side once more: only who is not active there, or is answered with 404 or 410, loses
 * anything here. Errors: TaskFailure when the other side does not answer; whoever was not reached stays and is looked at
 * again, as is whoever could not be judged.
 */
export async function letLeave(context: PullContext, { allowedOnly }: { allowedOnly: boolean }): Promise<void> {
  const { connection, pulls, outcome } = context;
  if (!allowedOnly) {
    const { known, wanted } = await pulls.departures(connection);
    if (!mayPass(connection.settings.brake, wanted, known)) {
      outcome.counts.staged += await pulls.stage(connection, 'the brake holds it: too many would be disabled at once');
      return;
    }
  }
  let after: Waiting | undefined;
  for (;;) {
    const batch = await pulls.leaving(connection, { after, limit: BATCH, allowedOnly });
    for (const waiting of batch) await letOneGo(context, waiting);
    after = batch.at(-1);
    if (after === undefined) return;
  }
}

async function letOneGo(context: PullContext, waiting: Waiting): Promise<void> {
  const { connection, links, pulls } = context;
  const link = await links.get(connection, waiting);
  const remoteId = link?.remoteId ?? waiting.adoptionOf;
  const remote = remoteId === undefined ? undefined : await readOne(context, waiting.kind, remoteId);
  try {
    if (link === undefined && remote !== undefined) return await adopt(context, waiting, remote);
    if (link !== undefined && (await isGone(context, link, remote))) return await disable(context, link, waiting);
    await pulls.settled(connection, [waiting]);
  } catch (error) {
    await pulls.givenUp(connection, waiting, failed(context, waiting.kind, remoteId ?? '', error));
  }
}

async function adopt(context: PullContext, waiting: Waiting, remote: RemoteResource): Promise<void> {
  const { connection, door, outcome } = context;
  const { kind } = waiting;
  const wanted = mapped(context, kind, remote, await localIdsOf(context, kind, [remote]));
  const { done, leaves } = await door.transaction(async (transaction) => {
    const applied = await applyOne(context, transaction, kind, remote, wanted, undefined);
    await transaction.pulls.settled(connection, [waiting]);
    return applied;
  });
  outcome.counts[done] += 1;
  // Not active there: that is for the brake.
  if (leaves) await context.pulls.leave(connection, [waiting]);
}

async function isGone(context: PullContext, { kind }: ScimLink, remote: RemoteResource | undefined): Promise<boolean> {
  if (remote === undefined) return context.connection.settings.absent === 'disable';
  const none = new Map<string, string>();
  return kind === 'user' && mapped(context, kind, remote, { user: none, group: none }).decided.active === false;
}

/** A person may not sign in any more and loses what they could still use; a group has no members. */
async function disable(context: PullContext, link: ScimLink, waiting: Waiting): Promise<void> {
  const { connection, door, now, outcome } = context;
  const { kind, localId, remoteId } = link;
  const isDone = await door.transaction(async (transaction) => {
    const { links, journal, pulls } = transaction;
    await pulls.settled(connection, [waiting]);
    const record = await transaction.find(link);
    if (record === undefined) {
      if (await pulls.exists(connection, link)) throw outOfReach();
      await links.remove(connection, link);
      return false;
    }
    const current = structuredClone(record.data) as ScimResource;
    const after = await transaction.change(kind, record, {
      data: kind === 'group' ? current : merged('user', current, { active: false }, {}),
      ...(record.externalId !== undefined && { externalId: record.externalId }),
      ...(kind === 'group' && { members: { add: [], remove: membersOf(link.sent) } }),
    });
    const sent = kind === 'group' ? withMembers(link.sent, []) : { ...link.sent, active: false };
    await links.save(connection, { ...link, sent, etag: String(after.version), active: false, disabledAt: now() });
    await journal.add(connection, [
      { kind, localId, remoteId, action: 'disabled', ...(waiting.allowed && { why: 'allowed' }) },
    ]);
    return true;
  });
  if (!isDone) return;
  outcome.counts.disabled += 1;
  context.onTask?.('done');
}
