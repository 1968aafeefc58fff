import { createHash } from 'node:crypto';
import type { Actor, AuditTrail } from '@sparekey/audit';
import type { RealmId } from '@sparekey/contracts';
import type { ScimConnection } from '../connection/model.ts';
import type { ScimToken, ScimTokenStore } from './ports.ts';

/** 256 random bits behind a prefix by which scanners of leaked secrets know it. */
export const scimTokenPattern = /^sparekey_scim_[A-Za-z0-9_-]{43}$/;

/** Days a token lives, unless it is said otherwise. */
export const scimTokenDays = { default: 180, min: 1, max: 730 } as const;

/** What is kept of a token, and what it is found by: so much randomness needs no slow hash. */
export function hashOfScimToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

interface Stores {
  scimTokens: ScimTokenStore;
  audit: AuditTrail;
}

/**
 * A new token of a connection, told this once. In the caller's transaction. Errors: `conflict` when two are good already:
 * then the older has to be revoked, when nothing uses it any more.
 */
export async function issueScimToken(
  stores: Stores,
  connection: ScimConnection,
  given: { label: string; days: number; now: Date; random: (bytes: number) => Buffer },
  actor: Actor,
): Promise<{ token: string; kept: ScimToken }> {
  const token = `sparekey_scim_${given.random(32).toString('base64url')}`;
  const kept = await stores.scimTokens.issue(connection.realmId, {
    connectionId: connection.id,
    label: given.label,
    hash: hashOfScimToken(token),
    expiresAt: new Date(given.now.getTime() + given.days * 86_400_000),
  });
  await stores.audit.append({
    type: 'scim_token.issued',
    realmId: connection.realmId,
    actor,
    outcome: 'success',
    detail: { connection: connection.name, resource: kept.id, expiresAt: kept.expiresAt.toISOString() },
  });
  return { token, kept };
}

/** False when there is no such token. */
export async function revokeScimToken(
  stores: Stores,
  connection: ScimConnection,
  id: string,
  actor: Actor,
): Promise<boolean> {
  const realmId: RealmId = connection.realmId;
  if (!(await stores.scimTokens.revoke(realmId, connection.id, id))) return false;
  await stores.audit.append({
    type: 'scim_token.revoked',
    realmId,
    actor,
    outcome: 'success',
    detail: { connection: connection.name, resource: id },
  });
  return true;
}
