import type { AccountAnswer, AccountBody, AccountOperationId, AccountQuery } from '@sparekey/contracts';
import type { Policy, Requirement } from '@sparekey/policy';
import type { User } from '@sparekey/realms';
import type { Context } from 'koa';
import type { LiveToken } from '../oidc/access-tokens.ts';
import type { ServedRealm } from '../realms/cache.ts';
import type { Services } from '../services.ts';

/** A request whose token was accepted: who speaks, and with which sign-in behind it. */
export interface ApiCaller {
  ctx: Context;
  services: Services;
  realm: ServedRealm;
  token: LiveToken;
  person: User;
  /** The policy the person is under. */
  policy: Policy;
  /** Why they must hold a second factor; undefined when they need not. */
  requirement: Requirement | undefined;
}

/** A caller with the input of one operation, read by its schemas. */
export interface ApiRequest<K extends AccountOperationId> extends ApiCaller {
  /** The `{id}` of the path; empty where it has none. */
  id: string;
  query: AccountQuery<K>;
  body: AccountBody<K>;
}

/** Answers with what the operation says it answers; the compiler asks for it. */
export type Handler<K extends AccountOperationId> = (request: ApiRequest<K>) => Promise<AccountAnswer<K>>;

/** Fields of an audit event of a person who acts through an application. */
export function byToken({ services, realm, person, token, ctx }: ApiCaller) {
  return {
    realmId: realm.realm.id,
    actor: { kind: 'user', id: person.id },
    subject: person.id,
    outcome: 'success',
    sessionUid: token.sessionUid,
    clientId: token.client.clientId,
    origin: services.originOf(ctx),
  } as const;
}
