import type { AccountAnswer, AccountBody, AccountOperationId, AccountQuery } from '@sparekey/contracts';
import type { Requirement } from '@sparekey/policy';
import type { Acting } from '../account/operations/index.ts';
import type { LiveToken } from '../oidc/access-tokens.ts';

/** A request whose token was accepted: who speaks, and with which sign-in behind it. */
export interface ApiCaller extends Acting {
  token: LiveToken;
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
