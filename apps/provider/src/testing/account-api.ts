import { randomBytes } from 'node:crypto';
import { createHashEngine, type HashEngine } from '@sparekey/factors';
import { createMetrics } from '@sparekey/http';
import type { User } from '@sparekey/realms';
import type { Storage } from '@sparekey/storage';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { accountApiRoutes } from '../account-api/routes.ts';
import { composeServices } from '../compose.ts';
import { openPlaces } from '../places.ts';
import { startTestProvider, type TestProvider } from './provider.ts';
import { RelyingParty } from './relying-party.ts';

export interface ApiProvider {
  provider: TestProvider;
  engine: HashEngine;
  /** Signs in with the strength and age that a test wants; tokens are of `scope`. */
  tokens(options: SignInOptions): Promise<{ accessToken: string; refreshToken: string; rp: RelyingParty }>;
  /** Calls the API; every answer is held against the OpenAPI document that the provider serves. */
  call(realm: string, operation: string, options?: CallOptions): Promise<Answer>;
  close(): Promise<void>;
}

export interface SignInOptions {
  realm?: string;
  clientId?: string;
  user: Pick<User, 'id'>;
  acr?: string;
  /** Seconds since the proof. */
  ageSeconds?: number;
  scope?: string;
  parameters?: Record<string, string>;
  rp?: RelyingParty;
}

export interface CallOptions {
  token?: string | undefined;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Answer {
  status: number;
  headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: the document says what it is, and it is held against it
  body: any;
}

/** The account REST over a real database that has realm `acme`; how people sign in is the test's. */
export async function startApiProvider({ storage }: { storage: Storage }): Promise<ApiProvider> {
  const engine = createHashEngine({
    random: randomBytes,
    parameters: { memoryKib: 64, iterations: 1, parallelism: 1 },
  });
  const places = await openPlaces({});
  const provider = await startTestProvider({ storage }, undefined, [
    (context) => {
      const messaging = { mail: true, sms: true, demoOutbox: false };
      const breached = { find: async () => 'absent' as const };
      return accountApiRoutes(composeServices(context, engine, createMetrics(), messaging, places, breached));
    },
  ]);
  const check = await contractOf(provider);

  return {
    provider,
    engine,
    async tokens({
      realm = 'acme',
      clientId = 'app',
      user,
      acr = 'urn:sparekey:acr:mfa',
      ageSeconds = 0,
      scope = 'openid account',
      parameters = {},
      rp = undefined,
    }) {
      const authTime = Math.floor(Date.now() / 1000) - ageSeconds;
      provider.journey = ({ requested }) => ({
        login: { userId: user.id, acr, amr: ['pwd'], authTime, remember: true },
        consent: { scopes: requested.scopes, claims: [] },
      });
      const party = rp ?? (await RelyingParty.of(provider, realm, clientId));
      const tokens = await party.signIn({ scope, ...parameters });
      return { accessToken: tokens.access_token, refreshToken: tokens.refresh_token ?? '', rp: party };
    },
    async call(realm, operation, { token, body, headers = {} } = {}) {
      const [method = '', path = ''] = operation.split(' ');
      const response = await fetch(`${provider.origin}/realms/${realm}/account/api${path}`, {
        method,
        headers: {
          ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      });
      const text = await response.text();
      const answer = {
        status: response.status,
        headers: response.headers,
        body: text === '' ? undefined : JSON.parse(text),
      };
      check(method.toLowerCase(), path, answer);
      return answer;
    },
    close: () => provider.close(),
  };
}

const matches = (template: string, path: string) => new RegExp(`^${template.replace('{id}', '[^/]+')}$`).test(path);

type Document = { paths: Record<string, Record<string, { responses: Record<string, unknown> }>> };

/** Throws when an answer is not what the served document says of its operation. */
async function contractOf(provider: TestProvider): Promise<(method: string, path: string, answer: Answer) => void> {
  const served = await fetch(`${provider.origin}/realms/acme/account/api/openapi.json`);
  const document = (await served.json()) as Document;
  const ajv = new Ajv2020({
    strict: false,
    validateSchema: false,
    allErrors: true,
    formats: { 'date-time': /^\d{4}-\d\d-\d\dT[\d:.]+Z$/, uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/ },
  });
  ajv.addSchema(document, 'api');
  const pointer = (...parts: string[]) =>
    `api#/${parts
      .map((part) => part.replaceAll('~', '~0').replaceAll('/', '~1'))
      .map(encodeURIComponent)
      .join('/')}`;

  return (method, path, { status, headers, body }) => {
    const [asked = ''] = path.split('?');
    // A path without a variable comes first (OpenAPI 3.1.1 §4.8.8.1).
    const template = Object.keys(document.paths).find(
      (known) => known === asked || (!(asked in document.paths) && matches(known, asked)),
    );
    const operation = template === undefined ? undefined : document.paths[template]?.[method];
    const type = headers.get('content-type')?.split(';')[0] ?? '';
    if (status >= 400) return hold('application/problem+json', '#/components/schemas/Problem');
    if (template === undefined || operation === undefined) throw new Error(`${method} ${path} is not in the document`);
    const response = operation.responses[String(status)] as { content?: Record<string, unknown> } | undefined;
    if (response === undefined) throw new Error(`${method} ${path} does not answer ${status}`);
    if (response.content === undefined) {
      if (body !== undefined) throw new Error(`${method} ${path} answers ${status} without a body`);
      return undefined;
    }
    const place = ['paths', template, method, 'responses', String(status), 'content', 'application/json', 'schema'];
    return hold('application/json', pointer(...place).slice('api'.length));

    function hold(wanted: string, schema: string): undefined {
      if (type !== wanted) throw new Error(`${method} ${path} answers ${type}, not ${wanted}`);
      const validate = ajv.compile({ $ref: `api${schema}` });
      if (!validate(body))
        throw new Error(`${method} ${path}: ${ajv.errorsText(validate.errors)}: ${JSON.stringify(body)}`);
      return undefined;
    }
  };
}
