import { AppError, type RealmId, type ScimConnectionId } from '@sparekey/contracts';
import { customRegistry } from '@sparekey/scim';
import { importJWK, SignJWT } from 'jose';
import type { ScimConnection } from '../connection/model.ts';

/** One change of a resource, as a receiver of events is told of it: names of attributes, never values. */
export interface ScimSecurityEvent {
  readonly id: string;
  readonly event: 'create' | 'put' | 'patch' | 'activate' | 'deactivate' | 'delete';
  readonly resourceType: string;
  readonly resourceId: string;
  readonly externalId?: string;
  readonly attributes: readonly string[];
  readonly createdAt: Date;
}

/** Events that a receiver has not got yet, oldest first. */
export interface ScimSecurityEventStore {
  pending(realmId: RealmId, connectionId: ScimConnectionId, limit: number): Promise<ScimSecurityEvent[]>;
  /** Takes events for sending, so that no other worker sends them within the lease. */
  claim(lease: {
    limit: number;
    seconds: number;
  }): Promise<(ScimSecurityEvent & { realmId: RealmId; connectionId: ScimConnectionId; attempts: number })[]>;
  /** The receiver has these. Others' ids count for nothing. */
  acknowledge(realmId: RealmId, connectionId: ScimConnectionId, ids: readonly string[]): Promise<number>;
  failed(realmId: RealmId, id: string, error: string, next: Date): Promise<void>;
  /** Removes what nobody fetched in time; returns how many. */
  expire(days: number): Promise<number>;
}

/** Where resources of a type are, below the address of their connection; empty when the type is no longer defined. */
export function scimEndpointOf(connection: ScimConnection<'server'>, resourceType: string): string {
  const made = customRegistry(connection.settings.types);
  return 'problems' in made ? '' : (made.registry.byName(resourceType)?.endpoint ?? '');
}

interface Key {
  readonly kid: string;
  readonly alg: string;
  readonly state: string;
  // biome-ignore lint/suspicious/noExplicitAny: the JWK type of jose
  readonly privateJwk: any;
}

const base = 'urn:ietf:params:scim:event:prov';
const notices: readonly string[] = ['create', 'put', 'patch'];

/** The URI of an event (RFC 9967 §2): changes of values are notices, which name attributes and hold no value. */
export function scimEventUri(event: ScimSecurityEvent['event']): string {
  return notices.includes(event) ? `${base}:${event}:notice` : `${base}:${event}`;
}

/**
 * A security event token (RFC 8417) of a change, signed with the realm's ES256 key; its `jti` is the event's id, so that one
 * sent twice is one. Errors: `unavailable` when the realm has no such key.
 */
export async function scimEventToken(
  event: ScimSecurityEvent,
  of: { issuer: string; audience: string; endpoint: string },
  keys: readonly Key[],
): Promise<string> {
  const key = keys.find(({ alg, state }) => alg === 'ES256' && state === 'active');
  if (key === undefined) throw new AppError('unavailable', 'no active ES256 key signs security events');
  const subject = {
    format: 'scim',
    uri: `${of.endpoint}/${event.resourceId}`,
    ...(event.externalId === undefined ? {} : { externalId: event.externalId }),
  };
  const detail = notices.includes(event.event) ? { attributes: event.attributes } : {};
  return new SignJWT({ sub_id: subject, events: { [scimEventUri(event.event)]: detail } })
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'secevent+jwt' })
    .setIssuer(of.issuer)
    .setAudience(of.audience)
    .setIssuedAt(Math.floor(event.createdAt.getTime() / 1000))
    .setJti(event.id)
    .sign(await importJWK(key.privateJwk, key.alg));
}
