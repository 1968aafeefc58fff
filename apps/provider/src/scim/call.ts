import type { Actor, Origin } from '@sparekey/audit';
import type { UserId } from '@sparekey/contracts';
import type { Logger } from '@sparekey/http';
import type { AccountMapping, ScimConnection, ScimReach } from '@sparekey/provisioning';
import type { Registry, ResourceType, Tolerances } from '@sparekey/scim';
import type { ServedRealm } from '../realms/cache.ts';
import type { Services } from '../services.ts';

/** One request of a directory, known for what it is. */
export interface ScimCall {
  readonly services: Services;
  readonly realm: ServedRealm;
  readonly connection: ScimConnection<'server'>;
  readonly reach: ScimReach;
  readonly registry: Registry;
  readonly tolerances: Tolerances;
  readonly toAccount: AccountMapping;
  /** `{SPAREKEY_URL}/realms/{realm}/scim/v2/{connection}`, without a slash at its end. */
  readonly base: string;
  readonly mayWrite: boolean;
  /** The person whose access token it is: such a token opens /Me alone. */
  readonly subject: UserId | undefined;
  readonly actor: Actor;
  readonly origin: Origin;
  readonly log: Logger;
}

/** What is sent back; a body is JSON, or pieces of JSON text when it may be large. */
export interface ScimAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object | AsyncIterable<string>;
}

export function locationOf(call: ScimCall, type: ResourceType, id: string): string {
  return `${call.base}${type.endpoint}/${id}`;
}
