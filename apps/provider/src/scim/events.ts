import { scimEventToken } from '@sparekey/provisioning';
import { isArray, isObject, type Json, own, refuse } from '@sparekey/scim';
import type { ScimAnswer, ScimCall } from './call.ts';
import { forbidden, notThere } from './problem.ts';

const most = 100;

function ids(value: Json | undefined): readonly string[] {
  if (value === undefined) return [];
  if (!isArray(value) || !value.every((id) => typeof id === 'string'))
    refuse('invalidSyntax', '"ack" has to be an array of texts.');
  return value as readonly string[];
}

/**
 * POST /Events: security event tokens for a receiver that asks (RFC 8936). What it acknowledges, or reports as not to be used,
 * is not sent again; the rest is, as often as it is asked for. It never waits: `returnImmediately` is always true here.
 */
export async function pollEvents(call: ScimCall, body: Json): Promise<ScimAnswer> {
  const { settings, realmId, id } = call.connection;
  if (settings.events.delivery !== 'poll') notThere('Events');
  if (!call.mayWrite) forbidden('The scope scim.write is needed, since events end when they are acknowledged.');
  if (!isObject(body)) refuse('invalidSyntax', 'The body has to be a JSON object.');
  const maxEvents = own(body, 'maxEvents') ?? most;
  if (typeof maxEvents !== 'number' || !Number.isSafeInteger(maxEvents) || maxEvents < 0) {
    refuse('invalidValue', '"maxEvents" has to be a whole number.');
  }
  const problems = own(body, 'setErrs') ?? {};
  if (!isObject(problems)) refuse('invalidSyntax', '"setErrs" has to be an object.');
  const { scimSecurityEvents } = call.services.storage.stores;
  for (const [jti, problem] of Object.entries(problems)) {
    call.log.warn(
      { jti, problem: isObject(problem) ? own(problem, 'err') : undefined },
      'receiver refused a security event',
    );
  }
  await scimSecurityEvents.acknowledge(realmId, id, [...ids(own(body, 'ack')), ...Object.keys(problems)]);
  const wanted = Math.min(maxEvents, most);
  const pending = await scimSecurityEvents.pending(realmId, id, wanted + 1);
  const sets: Record<string, string> = {};
  for (const event of pending.slice(0, wanted)) {
    const endpoint = call.registry.byName(event.resourceType)?.endpoint ?? '';
    const of = { issuer: call.realm.issuer, audience: settings.events.audience ?? call.base, endpoint };
    sets[event.id] = await scimEventToken(event, of, call.realm.keys);
  }
  return { status: 200, body: { sets, moreAvailable: pending.length > wanted } };
}
