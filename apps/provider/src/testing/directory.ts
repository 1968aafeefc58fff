import { randomBytes } from 'node:crypto';
import { addScimConnection, issueScimToken, type ScimConnection } from '@sparekey/provisioning';
import type { Realm } from '@sparekey/realms';
import type { Json, JsonObject } from '@sparekey/scim';
import type { Storage } from '@sparekey/storage';
import type { HostedProvider } from './hosted.ts';

export const userSchema = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const groupSchema = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const enterprise = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const patchOp = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

export interface Answered {
  status: number;
  headers: Headers;
  /** Parsed; undefined for an empty body. */
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at member by member
  body: any;
  text: string;
}

const operator = { kind: 'operator', name: 'olga' } as const;
let count = 0;

/** A directory that writes to a realm: a client of our SCIM server that sends exactly what it is told to. */
export class Directory {
  readonly connection: ScimConnection;
  readonly token: string;
  readonly base: string;

  private constructor(connection: ScimConnection, token: string, base: string) {
    this.connection = connection;
    this.token = token;
    this.base = base;
  }

  static async connect(
    storage: Storage,
    provider: Pick<HostedProvider, 'origin'>,
    realm: Realm,
    {
      profile = 'strict',
      settings = {},
      ...rest
    }: { profile?: string; settings?: object; organizationId?: ScimConnection['organizationId'] } = {},
  ): Promise<Directory> {
    count += 1;
    const draft = { name: `directory-${count}`, kind: 'server' as const, profile, settings, ...rest };
    const { connection, token } = await storage.transaction(async (stores) => {
      const made = await addScimConnection(stores, realm.id, draft, operator);
      const given = { label: 'test', days: 1, now: new Date(), random: randomBytes };
      return { connection: made, token: (await issueScimToken(stores, made, given, operator)).token };
    });
    return new Directory(connection, token, `${provider.origin}/realms/${realm.name}/scim/v2/${connection.name}`);
  }

  async send(method: string, path: string, body?: Json, headers: Record<string, string> = {}): Promise<Answered> {
    const response = await fetch(`${this.base}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/scim+json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }

  get = (path: string, headers?: Record<string, string>) => this.send('GET', path, undefined, headers);
  post = (path: string, body: Json, headers?: Record<string, string>) => this.send('POST', path, body, headers);
  put = (path: string, body: Json, headers?: Record<string, string>) => this.send('PUT', path, body, headers);
  patch = (path: string, operations: readonly Json[], headers?: Record<string, string>) =>
    this.send('PATCH', path, { schemas: [patchOp], Operations: operations }, headers);

  /** A person; answers the resource. */
  async person(userName: string, more: JsonObject = {}) {
    const answer = await this.post('/Users', { schemas: [userSchema], userName, ...more });
    if (answer.status !== 201) throw new Error(answer.text);
    return answer.body;
  }

  async group(displayName: string, members: readonly string[] = [], more: JsonObject = {}) {
    const answer = await this.post('/Groups', {
      schemas: [groupSchema],
      displayName,
      ...(members.length === 0 ? {} : { members: members.map((value) => ({ value })) }),
      ...more,
    });
    if (answer.status !== 201) throw new Error(answer.text);
    return answer.body;
  }
}
