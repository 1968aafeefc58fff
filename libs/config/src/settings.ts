import { z } from 'zod';
import { addressRanges, databaseUrl, flag, list, portNumber, publicUrl, rangeUrl, text, wholeNumber } from './kinds.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What the reference says about a setting beyond its type. */
export interface About {
  description: string;
  /** The default in words, where it is not a fixed value. */
  default: string;
  /** What is accepted, in words. */
  accepts: string;
  /** A secret is never printed, logged or put into a message. */
  secret?: boolean;
}

export const about = z.registry<About>();

/** Every setting there is, by the name of its environment variable. An empty variable counts as absent. */
export const settingsSchema = z.object({
  SPAREKEY_PORT: portNumber(8080).register(about, {
    description: 'Port of the provider: sign-in, account pages, OpenID Connect, admin and SCIM.',
    default: '8080',
    accepts: '1 to 65535',
  }),
  SPAREKEY_MANAGEMENT_PORT: portNumber(9000).register(about, {
    description:
      'Port of /health/live, /health/ready and /metrics. Not for the public. `npm start` gives the provisioner the next port.',
    default: '9000',
    accepts: '1 to 65534',
  }),
  SPAREKEY_LISTEN_ADDRESS: z
    .union([z.ipv4(), z.ipv6()], { error: 'use an IP address, such as 127.0.0.1, 0.0.0.0 or ::' })
    .optional()
    .register(about, {
      description: 'Address that the ports are opened on.',
      default: '127.0.0.1 with the embedded database, 0.0.0.0 with DATABASE_URL',
      accepts: 'an IPv4 or IPv6 address',
    }),
  SPAREKEY_URL: publicUrl.optional().register(about, {
    description:
      'Public base URL: what people and applications call. Issuers start with it; no request header changes it.',
    default: 'http://localhost:{SPAREKEY_PORT}',
    accepts: 'an https origin; http for localhost only',
  }),
  DATABASE_URL: databaseUrl.optional().register(about, {
    description: 'PostgreSQL 18 or newer. Without it an embedded PostgreSQL keeps its data in the data directory.',
    default: 'the embedded PostgreSQL',
    accepts: 'postgres://user:password@host:port/database',
    secret: true,
  }),
  SPAREKEY_DATABASE_POOL_SIZE: wholeNumber({ min: 2, max: 200, fallback: 10 }).register(about, {
    description: 'Connections to the database that one process may hold.',
    default: '10',
    accepts: '2 to 200',
  }),
  SPAREKEY_DATA_DIR: text.optional().register(about, {
    description: 'Directory of the embedded database and of the keys that Sparekey creates itself.',
    default: '.sparekey in the repository',
    accepts: 'a path',
  }),
  SPAREKEY_MASTER_KEY_FILE: text.optional().register(about, {
    description: 'File with the master key: everything that is sealed in the database is sealed under it. Back it up.',
    default: 'master-key in the data directory, created with the embedded database; none with DATABASE_URL',
    accepts: '32 bytes as base64, base64url or hex',
  }),
  SPAREKEY_MASTER_KEY: text.optional().register(about, {
    description: 'The master key itself, in place of a file.',
    default: 'none',
    accepts: '32 bytes as base64, base64url or hex',
    secret: true,
  }),
  SPAREKEY_BOOTSTRAP_ADMIN_USERNAME: text.optional().register(about, {
    description: 'Administrator of realm master, created when the realm has none.',
    default: 'admin with the embedded database, none with DATABASE_URL',
    accepts: 'a username',
  }),
  SPAREKEY_BOOTSTRAP_ADMIN_PASSWORD: z
    .string()
    .min(8, { error: 'use at least 8 characters' })
    .optional()
    .register(about, {
      description: 'Password of that administrator.',
      default: 'drawn at random with the embedded database, none with DATABASE_URL',
      accepts: 'at least 8 characters',
      secret: true,
    }),
  SPAREKEY_BOOTSTRAP_ADMIN_CLIENT_ID: text.optional().register(about, {
    description: 'Service account of realm master with the same rights, for scripts.',
    default: 'none',
    accepts: 'a client id',
  }),
  SPAREKEY_BOOTSTRAP_ADMIN_CLIENT_SECRET: z
    .string()
    .min(8, { error: 'use at least 8 characters' })
    .optional()
    .register(about, {
      description: 'Secret of that service account.',
      default: 'none',
      accepts: 'at least 8 characters',
      secret: true,
    }),
  SPAREKEY_IMPORT_REALMS: list.default([]).register(about, {
    description: 'Realm files, imported at start when their realm is absent.',
    default: 'none',
    accepts: 'paths, separated by commas',
  }),
  SPAREKEY_TRUSTED_PROXIES: addressRanges.default([]).register(about, {
    description: 'Reverse proxies whose forwarded headers (client address, scheme) count.',
    default: 'none',
    accepts: 'addresses or CIDR ranges, separated by commas',
  }),
  SPAREKEY_OUTBOUND_ALLOW: addressRanges.optional().register(about, {
    description:
      'Private addresses that may be called although an administrator or a client names them (webhooks, logout, SCIM).',
    default: 'loopback with SPAREKEY_DEMO=1, otherwise none',
    accepts: 'addresses or CIDR ranges, separated by commas',
  }),
  SPAREKEY_BREACHED_PASSWORDS_FILE: text.optional().register(about, {
    description:
      'Sorted list of the SHA-1 digests of leaked passwords, in which new passwords are looked up without leaving this machine.',
    default: 'none',
    accepts:
      'a path; lines of DIGEST or DIGEST:COUNT in ascending order, as the downloader of Have I Been Pwned writes',
  }),
  SPAREKEY_BREACHED_PASSWORDS_URL: rangeUrl.optional().register(about, {
    description:
      'Range service for the same without a file. It is told the first five of forty digits of the digest, nothing else.',
    default: 'none',
    accepts: 'an https URL to which the five digits are appended, such as https://api.pwnedpasswords.com/range/',
  }),
  SPAREKEY_SMTP_URL: z
    .string()
    .regex(/^smtps?:\/\/[^\s]+$/, { error: 'use smtp://user:password@host:port or smtps://…' })
    .optional()
    .register(about, {
      description: 'Mail server for codes and notices. Add ?requireTLS=true to refuse one that does not encrypt.',
      default: 'none: no mail is sent; with SPAREKEY_DEMO=1 mails can be read at /realms/{realm}/demo-outbox',
      accepts: 'smtp://user:password@host:port, or smtps:// for TLS from the start',
      secret: true,
    }),
  SPAREKEY_MAIL_FROM: z
    .string()
    .regex(/^[^\r\n]*[^\s@<>]+@[^\s@<>]+>?$/, { error: 'use an address, such as Acme <login@acme.example>' })
    .optional()
    .register(about, {
      description: 'Sender of every mail.',
      default: 'Sparekey <no-reply@{host of SPAREKEY_URL}>',
      accepts: 'an address, with a name if wanted',
    }),
  SPAREKEY_SMS_GATEWAY: z.enum(['webhook', 'twilio'], { error: 'use webhook or twilio' }).optional().register(about, {
    description:
      'How text messages are handed over: as a webhook signed in the Standard Webhooks format, or as Twilio takes them.',
    default: 'none: no text message is sent',
    accepts: 'webhook or twilio',
  }),
  SPAREKEY_SMS_URL: z
    .url({ protocol: /^https?$/, error: 'use an https URL' })
    .optional()
    .register(about, {
      description: 'Where text messages are posted. Private addresses need SPAREKEY_OUTBOUND_ALLOW.',
      default: 'none',
      accepts: 'an https URL',
    }),
  SPAREKEY_SMS_SECRET: text.optional().register(about, {
    description:
      'Signing secret of the webhook (whsec_…) until `webhook rotate` replaces it, or the auth token of the account.',
    default: 'none',
    accepts: 'text',
    secret: true,
  }),
  SPAREKEY_SMS_ACCOUNT: text.optional().register(about, {
    description: 'Account SID, for twilio.',
    default: 'none',
    accepts: 'text',
  }),
  SPAREKEY_SMS_FROM: text.optional().register(about, {
    description: 'Sender of text messages: a number or a name that the gateway knows.',
    default: 'none',
    accepts: 'text',
  }),
  SPAREKEY_WEBHOOK_URL: z
    .url({ protocol: /^https?$/, error: 'use an https URL' })
    .optional()
    .register(about, {
      description: 'Where security notices of all realms are posted, for a help desk or a SIEM.',
      default: 'none',
      accepts: 'an https URL',
    }),
  SPAREKEY_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/, { error: 'use whsec_ and at least 24 bytes in base64' })
    .optional()
    .register(about, {
      description: 'Signs those webhooks (Standard Webhooks) until `webhook rotate` replaces it.',
      default: 'none',
      accepts: 'whsec_ and at least 24 bytes in base64',
      secret: true,
    }),
  SPAREKEY_GEOIP_FILE: text.optional().register(about, {
    description: 'Country or city database: tells recoveries from new countries and impossible travel. Read at start.',
    default: 'none: places weigh nothing',
    accepts: 'a file in MaxMind format (.mmdb)',
  }),
  SPAREKEY_BAD_NETWORKS_FILE: text.optional().register(about, {
    description: 'Networks from which a recovery always looks unusual. Read at start.',
    default: 'none',
    accepts: 'a text file: one address or CIDR range a line, # begins a comment',
  }),
  SPAREKEY_DEMO: flag.optional().register(about, {
    description: 'Realm demo with sample people, and the demo relying party. Its passwords are public.',
    default: '1 with the embedded database, 0 with DATABASE_URL',
    accepts: '0 or 1',
  }),
  SPAREKEY_DEMO_RP_PORT: portNumber(8090).register(about, {
    description: 'Port of the demo relying party.',
    default: '8090',
    accepts: '1 to 65535',
  }),
  SPAREKEY_LOG_LEVEL: z
    .enum(logLevels, { error: `use one of ${logLevels.join(', ')}` })
    .default('info')
    .register(about, {
      description: 'Least severe log line that is written.',
      default: 'info',
      accepts: logLevels.join(', '),
    }),
});

export type SmsSettings = { url: string; secret: string; from: string | undefined } & (
  | { gateway: 'webhook' }
  | { gateway: 'twilio'; account: string }
);

/** The settings of one process, resolved: every default is filled in, every path absolute. */
export interface Settings {
  port: number;
  managementPort: number;
  listenAddress: string;
  /** An origin, without a slash at its end. */
  url: string;
  /** Undefined: the embedded PostgreSQL in the data directory. */
  databaseUrl: string | undefined;
  databasePoolSize: number;
  dataDirectory: string;
  /** Where `loadMasterKey` reads it. */
  masterKey: { file: string } | { value: string };
  bootstrapAdmin: { username: string; password: string } | undefined;
  bootstrapClient: { clientId: string; clientSecret: string } | undefined;
  importRealms: string[];
  /** CIDR ranges. */
  trustedProxies: string[];
  /** CIDR ranges. */
  outboundAllow: string[];
  /** Where leaked passwords are looked up; undefined: nowhere. */
  breachedPasswords: { file: string } | { url: string } | undefined;
  /** Undefined: there is no mail server. */
  mail: { smtpUrl: string; from: string } | undefined;
  sms: SmsSettings | undefined;
  /** Where security notices go beside the person. */
  webhook: { url: string; secret: string } | undefined;
  /** Absolute path. */
  geoipFile: string | undefined;
  /** Absolute path. */
  badNetworksFile: string | undefined;
  demo: boolean;
  demoRpPort: number;
  logLevel: LogLevel;
}
