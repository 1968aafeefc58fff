import { mayPass } from '../answer/health.ts';
import { type ScimResource, withMembers } from '../plan/resource.ts';
import type { ScimLink, Subject } from '../work/ports.ts';
import { applyAll } from './apply.ts';
import { type PullContext, record } from './context.ts';
import { merged } from './mapped.ts';
import { readOne } from './read-one.ts';

const BATCH = 100;

/**
 * Lets go who is leaving, when the brake lets them pass or an operator allowed it. Each is asked for on the other side once
 * more: only who is not active there, or is answered with 404 or 410, loses anything here. Errors: TaskFailure when the
 * other side does not answer; whoever was not reached stays and is looked at again.
 */
export async function letLeave(context: PullContext, { allowedOnly }: { allowedOnly: boolean }): Promise<void> {
  const { connection, pulls, outcome } = context;
  if (!allowedOnly) {
    const { known, wanted } = await pulls.departures(connection);
    if (!mayPass(connection.settings.brake, wanted, known)) {
      const held = await pulls.stage(connection, 'the brake holds it: too many would be disabled at once');
      outcome.counts.staged += held;
      return;
    }
  }
  for (;;) {
    const batch = await pulls.leaving(connection, BATCH, allowedOnly);
    if (batch.length === 0) return;
    for (const leaving of batch) {
      await letOneLeave(context, leaving, leaving.allowed);
      await pulls.settled(connection, [leaving]);
    }
  }
}

async function letOneLeave(context: PullContext, subject: Subject, allowed: boolean): Promise<void> {
  const { connection, links, wire, now } = context;
  const link = await links.get(connection, subject);
  if (link?.remoteId === undefined) return;
  const remote = await readOne(wire, link.kind, link.remoteId, now());
  if (remote === undefined) {
    if (connection.settings.absent === 'none') return;
    return disable(context, link, { ...link.sent, ...(link.kind === 'user' && { active: false }) }, allowed);
  }
  const { leaves } = await applyAll(context, link.kind, [remote]);
  const [left] = leaves;
  const fresh = left && (await links.get(connection, left));
  if (fresh) await disable(context, fresh, { ...fresh.sent, active: false }, allowed);
}

/** A person may not sign in any more and loses what they could still use; a group has no members. */
async function disable(context: PullContext, link: ScimLink, decided: ScimResource, allowed: boolean): Promise<void> {
  const { connection, door, links, now } = context;
  const isGroup = link.kind === 'group';
  const before = await door.read(link);
  // Out of reach by now, such as an administrator: left alone.
  if (before === undefined) return;
  const sent = isGroup ? withMembers(decided, []) : decided;
  const after = await door.change(link, (current) => ({
    data: isGroup ? current.data : merged('user', structuredClone(current.data) as ScimResource, { active: false }, {}),
    ...(current.externalId !== undefined && { externalId: current.externalId }),
    ...(isGroup && { members: [] }),
  }));
  if (after === undefined) return;
  await links.save(connection, { ...link, sent, etag: String(after.version), active: false, disabledAt: now() });
  await record(context, {
    kind: link.kind,
    localId: link.localId,
    remoteId: link.remoteId,
    action: 'disabled',
    ...(allowed && { why: 'allowed' }),
  });
}
