import { parse } from 'yaml';
import { z } from 'zod';

const duration = z.string().regex(/^\d+(ms|s|m|h)$/, { error: 'not a duration' });
const environment = z.record(z.string().regex(/^[A-Z_][A-Z0-9_]*$/), z.string());

const service = z.strictObject({
  image: z.string().regex(/^[a-z0-9./-]+:[\w.-]+$/, { error: 'an image needs a tag' }),
  build: z.string().optional(),
  command: z.array(z.string()).optional(),
  environment: environment.default({}),
  volumes: z.array(z.string().regex(/^[\w./-]+:\/[\w./-]+(:ro)?$/)).default([]),
  networks: z
    .union([
      z.array(z.string()).transform((names) => Object.fromEntries(names.map((name) => [name, {}]))),
      z.record(z.string(), z.strictObject({ ipv4_address: z.ipv4().optional() })),
    ])
    .transform((networks): Record<string, { ipv4_address?: string | undefined }> => networks),
  ports: z.array(z.string().regex(/^(\d+\.\d+\.\d+\.\d+:)?\d+:\d+$/)).default([]),
  secrets: z.array(z.string()).default([]),
  depends_on: z
    .record(
      z.string(),
      z.strictObject({ condition: z.enum(['service_started', 'service_healthy', 'service_completed_successfully']) }),
    )
    .default({}),
  healthcheck: z
    .union([
      z.strictObject({ disable: z.literal(true) }),
      z.strictObject({
        test: z.tuple([z.literal('CMD')], z.string()),
        interval: duration,
        timeout: duration,
        retries: z.int().positive(),
      }),
    ])
    .optional(),
  profiles: z.array(z.string()).default([]),
  restart: z.enum(['no', 'always', 'on-failure', 'unless-stopped']),
  init: z.boolean().default(false),
  read_only: z.boolean().default(false),
  tmpfs: z.array(z.string()).default([]),
  cap_drop: z.array(z.string()).default([]),
  cap_add: z.array(z.string()).default([]),
  security_opt: z.array(z.string()).default([]),
  stop_grace_period: duration.optional(),
});

/**
 * The part of the Compose Specification that we use, and nothing else: a key that is not here is a typo until someone
 * has read what it does. Fragments (`x-…`) are YAML anchors and checked where they are merged in.
 */
const composeSchema = z.strictObject({
  name: z.string(),
  services: z.record(z.string(), service),
  networks: z.record(
    z.string(),
    z.strictObject({
      internal: z.boolean().optional(),
      ipam: z.strictObject({ config: z.array(z.strictObject({ subnet: z.cidrv4() })) }).optional(),
    }),
  ),
  volumes: z.record(z.string(), z.strictObject({})),
  secrets: z.record(z.string(), z.strictObject({ file: z.string() })),
});

export type ComposeFile = z.output<typeof composeSchema>;
export type Service = z.output<typeof service>;

/** Reads a compose file with its merge keys applied. Throws what is wrong with its form. */
export function readCompose(text: string): ComposeFile {
  const document = parse(text, { merge: true, uniqueKeys: true, version: '1.2' }) as Record<string, unknown>;
  const known = Object.entries(document).filter(([key]) => !key.startsWith('x-'));
  return composeSchema.parse(Object.fromEntries(known));
}

const variable = /\$\{(?<name>[A-Z0-9_]+)(?:(?<kind>:[-?])(?<rest>[^}]*))?\}/g;

/** The variables a text asks for; `required` ones stop compose when they are absent. */
export function variablesOf(text: string): Map<string, { required: boolean }> {
  return new Map(
    [...text.matchAll(variable)].map(({ groups }) => [groups?.name ?? '', { required: groups?.kind === ':?' }]),
  );
}

/** Puts the variables in, as compose does. Throws for a required one that is absent or empty. */
export function interpolate(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(variable, (_all, name: string, kind: string | undefined, rest: string | undefined) => {
    const value = values[name] ?? '';
    if (value !== '' || kind === undefined) return value;
    if (kind === ':-') return rest ?? '';
    throw new Error(`${name} is required: ${rest}`);
  });
}
