import { z } from 'zod';
import { errorCodes } from '../errors.ts';
import type { Needs, Operation } from './operation.ts';
import { accountOperations } from './operations.ts';

type Json = Record<string, unknown>;

/** What is answered in place of what was asked for (RFC 9457). */
const problem = z
  .object({
    type: z.string().describe('`urn:sparekey:error:` and the code'),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    code: z.enum(Object.keys(errorCodes)).describe('One of docs/reference/errors.md'),
    requestId: z.string().describe('For the help desk: names the entry of the log'),
  })
  .meta({ id: 'Problem' });

/** JSON Schemas of an OpenAPI document: those with an id stand once, below `components`. */
class Schemas {
  readonly named: Json = {};

  of(schema: z.ZodType): Json {
    const made = z.toJSONSchema(schema, {
      // The format says it; the patterns are a line long each.
      override: ({ jsonSchema }) => {
        if (jsonSchema.format === 'date-time' || jsonSchema.format === 'uuid') delete jsonSchema.pattern;
      },
    });
    const { $schema: _dialect, $defs, ...own } = relocated(made) as Json & { $defs?: Json };
    Object.assign(this.named, $defs);
    return own;
  }
}

/** zod refers to `$defs`, an OpenAPI document to its components. */
const relocated = (schema: object): Json =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/')) as Json;

function inWords(needs: Needs): string {
  if ('read' in needs)
    return needs.read === 'repair' ? 'Open to a recovery session too.' : 'Closed to a recovery session.';
  const repairs = needs.change === 'add_factor' ? ' A fresh recovery session will do: this is what it is for.' : '';
  return `Needs a fresh sign-in, with a second factor where the person holds one; else 401 says what to ask for.${repairs}`;
}

function operationOf(id: string, operation: Operation, schemas: Schemas): Json {
  const { summary, description, tag, needs, query, body, status, answer, path } = operation;
  const content = (schema: z.ZodType): Json => ({ 'application/json': { schema: schemas.of(schema) } });
  const parameters = [
    ...(path.includes('{id}') ? [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }] : []),
    ...Object.entries(query?.shape ?? {}).map(([name, schema]) => ({
      name,
      in: 'query',
      required: !z.safeParse(schema, undefined).success,
      schema: schemas.of(schema as z.ZodType),
    })),
  ];
  return {
    operationId: id,
    tags: [tag],
    summary,
    description: [description, inWords(needs)].filter(Boolean).join('\n\n'),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: content(body) } }),
    responses: {
      [status]: { description: 'Done', ...(answer === undefined ? {} : { content: content(answer) }) },
      401: { $ref: '#/components/responses/Unauthorized' },
      default: { $ref: '#/components/responses/Problem' },
    },
  };
}

const challenge = {
  description:
    'RFC 6750 and RFC 9470: `error`, and for `insufficient_user_authentication` the `acr_values` and `max_age` to ask for',
  schema: { type: 'string' },
};

/** The OpenAPI 3.1 document of the account REST, made from its operations. */
export function accountOpenApi(): Json {
  const schemas = new Schemas();
  const problemContent = { 'application/problem+json': { schema: schemas.of(problem) } };
  const paths: Record<string, Json> = {};
  for (const [id, operation] of Object.entries<Operation>(accountOperations)) {
    const { path, method } = operation;
    paths[path] = { ...paths[path], [method.toLowerCase()]: operationOf(id, operation, schemas) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Sparekey account REST',
      version: '1',
      description:
        'What a person may do with their own security. An access token of the realm with scope `account` speaks for its person; cookies do not count here.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/realms/{realm}/account/api', variables: { realm: { default: 'demo' } } }],
    security: [{ accessToken: ['account'] }],
    paths,
    components: {
      schemas: schemas.named,
      securitySchemes: { accessToken: { type: 'http', scheme: 'bearer', description: 'With scope `account`' } },
      responses: {
        Unauthorized: {
          description: 'No token, one that is not accepted, or a sign-in that is not enough',
          headers: { 'WWW-Authenticate': challenge },
          content: problemContent,
        },
        Problem: { description: 'Refused, or failed', content: problemContent },
      },
    },
  };
}
