import { accessSync, constants } from 'node:fs';
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import { SettingsError, type SettingsProblem } from './problem.ts';
import { type Environment, type Settings, settingsSchema } from './settings.ts';

const repository = join(import.meta.dirname, '../../..');
const loopback = ['127.0.0.0/8', '::1/128'];

type Parsed = z.output<typeof settingsSchema>;

/**
 * The settings of this process.
 *
 * @throws {SettingsError} with every problem at once: values out of bounds, half-set pairs, ports given twice, realm files that
 * cannot be read, and variables called SPAREKEY_… that no setting is called (a typo would otherwise be a default).
 */
export function loadSettings(env: Environment = process.env): Settings {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const parsed = settingsSchema.safeParse(given);
  const problems: SettingsProblem[] = (parsed.error?.issues ?? []).map((issue) => ({
    setting: String(issue.path[0]),
    text: issue.message,
  }));
  problems.push(...unknownNames(given), ...halfPairs(given));
  if (!parsed.success) throw new SettingsError(problems);
  const settings = resolved(parsed.data);
  problems.push(...portsGivenTwice(settings), ...unreadableFiles(settings));
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}

function resolved(parsed: Parsed): Settings {
  const embedded = parsed.DATABASE_URL === undefined;
  const dataDirectory = resolve(parsed.SPAREKEY_DATA_DIR ?? join(repository, '.sparekey'));
  const demo = parsed.SPAREKEY_DEMO ?? embedded;
  const {
    SPAREKEY_BOOTSTRAP_ADMIN_USERNAME: username,
    SPAREKEY_BOOTSTRAP_ADMIN_PASSWORD: password,
    SPAREKEY_BOOTSTRAP_ADMIN_CLIENT_ID: clientId,
    SPAREKEY_BOOTSTRAP_ADMIN_CLIENT_SECRET: clientSecret,
  } = parsed;
  return {
    port: parsed.SPAREKEY_PORT,
    managementPort: parsed.SPAREKEY_MANAGEMENT_PORT,
    listenAddress: parsed.SPAREKEY_LISTEN_ADDRESS ?? (embedded ? '127.0.0.1' : '0.0.0.0'),
    url: parsed.SPAREKEY_URL ?? `http://localhost:${parsed.SPAREKEY_PORT}`,
    databaseUrl: parsed.DATABASE_URL,
    databasePoolSize: parsed.SPAREKEY_DATABASE_POOL_SIZE,
    dataDirectory,
    masterKey:
      parsed.SPAREKEY_MASTER_KEY === undefined
        ? { file: resolve(parsed.SPAREKEY_MASTER_KEY_FILE ?? join(dataDirectory, 'master-key')) }
        : { value: parsed.SPAREKEY_MASTER_KEY },
    bootstrapAdmin: username !== undefined && password !== undefined ? { username, password } : undefined,
    bootstrapClient: clientId !== undefined && clientSecret !== undefined ? { clientId, clientSecret } : undefined,
    importRealms: parsed.SPAREKEY_IMPORT_REALMS.map((file) => resolve(file)),
    trustedProxies: parsed.SPAREKEY_TRUSTED_PROXIES,
    outboundAllow: parsed.SPAREKEY_OUTBOUND_ALLOW ?? (demo ? loopback : []),
    breachedPasswords: breachedPasswordsOf(parsed),
    mail:
      parsed.SPAREKEY_SMTP_URL === undefined
        ? undefined
        : { smtpUrl: parsed.SPAREKEY_SMTP_URL, from: parsed.SPAREKEY_MAIL_FROM ?? senderAt(parsed) },
    sms: smsOf(parsed),
    webhook:
      parsed.SPAREKEY_WEBHOOK_URL !== undefined && parsed.SPAREKEY_WEBHOOK_SECRET !== undefined
        ? { url: parsed.SPAREKEY_WEBHOOK_URL, secret: parsed.SPAREKEY_WEBHOOK_SECRET }
        : undefined,
    geoipFile: parsed.SPAREKEY_GEOIP_FILE && resolve(parsed.SPAREKEY_GEOIP_FILE),
    badNetworksFile: parsed.SPAREKEY_BAD_NETWORKS_FILE && resolve(parsed.SPAREKEY_BAD_NETWORKS_FILE),
    demo,
    demoRpPort: parsed.SPAREKEY_DEMO_RP_PORT,
    logLevel: parsed.SPAREKEY_LOG_LEVEL,
  };
}

function breachedPasswordsOf(parsed: Parsed): Settings['breachedPasswords'] {
  const { SPAREKEY_BREACHED_PASSWORDS_FILE: file, SPAREKEY_BREACHED_PASSWORDS_URL: url } = parsed;
  if (file !== undefined) return { file: resolve(file) };
  return url === undefined ? undefined : { url };
}

function senderAt({ SPAREKEY_URL = 'http://localhost' }: Parsed): string {
  return `Sparekey <no-reply@${new URL(SPAREKEY_URL).hostname}>`;
}

function smsOf(parsed: Parsed): Settings['sms'] {
  const { SPAREKEY_SMS_GATEWAY: gateway, SPAREKEY_SMS_URL: url, SPAREKEY_SMS_SECRET: secret } = parsed;
  if (gateway === undefined || url === undefined || secret === undefined) return undefined;
  const shared = { url, secret, from: parsed.SPAREKEY_SMS_FROM };
  if (gateway === 'webhook') return { gateway, ...shared };
  return { gateway, ...shared, account: parsed.SPAREKEY_SMS_ACCOUNT ?? '' };
}

/**
 * These settings as environment variables with nothing left to a default: for the processes that `npm start` starts, which would
 * otherwise take other defaults because they do see a database URL.
 */
export function exactEnvironment(settings: Settings): Record<string, string> {
  const { breachedPasswords: breached } = settings;
  const optional: Record<string, string | undefined> = {
    DATABASE_URL: settings.databaseUrl,
    SPAREKEY_MASTER_KEY: 'value' in settings.masterKey ? settings.masterKey.value : undefined,
    SPAREKEY_MASTER_KEY_FILE: 'file' in settings.masterKey ? settings.masterKey.file : undefined,
    SPAREKEY_GEOIP_FILE: settings.geoipFile,
    SPAREKEY_BAD_NETWORKS_FILE: settings.badNetworksFile,
    SPAREKEY_BREACHED_PASSWORDS_FILE: breached && 'file' in breached ? breached.file : undefined,
    SPAREKEY_BREACHED_PASSWORDS_URL: breached && 'url' in breached ? breached.url : undefined,
    SPAREKEY_BOOTSTRAP_ADMIN_USERNAME: settings.bootstrapAdmin?.username,
    SPAREKEY_BOOTSTRAP_ADMIN_PASSWORD: settings.bootstrapAdmin?.password,
    SPAREKEY_BOOTSTRAP_ADMIN_CLIENT_ID: settings.bootstrapClient?.clientId,
    SPAREKEY_BOOTSTRAP_ADMIN_CLIENT_SECRET: settings.bootstrapClient?.clientSecret,
    SPAREKEY_SMTP_URL: settings.mail?.smtpUrl,
    SPAREKEY_MAIL_FROM: settings.mail?.from,
    SPAREKEY_SMS_GATEWAY: settings.sms?.gateway,
    SPAREKEY_SMS_URL: settings.sms?.url,
    SPAREKEY_SMS_SECRET: settings.sms?.secret,
    SPAREKEY_SMS_ACCOUNT: settings.sms?.gateway === 'twilio' ? settings.sms.account : undefined,
    SPAREKEY_SMS_FROM: settings.sms?.from,
    SPAREKEY_WEBHOOK_URL: settings.webhook?.url,
    SPAREKEY_WEBHOOK_SECRET: settings.webhook?.secret,
  };
  return {
    SPAREKEY_PORT: String(settings.port),
    SPAREKEY_MANAGEMENT_PORT: String(settings.managementPort),
    SPAREKEY_LISTEN_ADDRESS: settings.listenAddress,
    SPAREKEY_URL: settings.url,
    SPAREKEY_DATABASE_POOL_SIZE: String(settings.databasePoolSize),
    SPAREKEY_DATA_DIR: settings.dataDirectory,
    SPAREKEY_IMPORT_REALMS: settings.importRealms.join(','),
    SPAREKEY_TRUSTED_PROXIES: settings.trustedProxies.join(','),
    SPAREKEY_OUTBOUND_ALLOW: settings.outboundAllow.join(','),
    SPAREKEY_DEMO: settings.demo ? '1' : '0',
    SPAREKEY_DEMO_RP_PORT: String(settings.demoRpPort),
    SPAREKEY_LOG_LEVEL: settings.logLevel,
    ...Object.fromEntries(
      Object.entries(optional).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
  };
}

/** SPAREKEY_TEST_… is the test runner's own and no setting. */
function unknownNames(given: Environment): SettingsProblem[] {
  return Object.keys(given)
    .filter(
      (name) => name.startsWith('SPAREKEY_') && !name.startsWith('SPAREKEY_TEST_') && !(name in settingsSchema.shape),
    )
    .map((setting) => ({
      setting,
      text: 'is not a setting: correct the name or unset it (npm run sparekey -- config lists all)',
    }));
}

const pairs = [
  ['SPAREKEY_BOOTSTRAP_ADMIN_USERNAME', 'SPAREKEY_BOOTSTRAP_ADMIN_PASSWORD'],
  ['SPAREKEY_BOOTSTRAP_ADMIN_CLIENT_ID', 'SPAREKEY_BOOTSTRAP_ADMIN_CLIENT_SECRET'],
  ['SPAREKEY_SMS_GATEWAY', 'SPAREKEY_SMS_URL'],
  ['SPAREKEY_SMS_GATEWAY', 'SPAREKEY_SMS_SECRET'],
  ['SPAREKEY_WEBHOOK_URL', 'SPAREKEY_WEBHOOK_SECRET'],
] as const;

function halfPairs(given: Environment): SettingsProblem[] {
  const problems: SettingsProblem[] = pairs.flatMap(([one, other]) => {
    if (one in given === other in given) return [];
    const [missing, present] = one in given ? [other, one] : [one, other];
    return [{ setting: missing, text: `set it too, or unset ${present}: one is useless without the other` }];
  });
  if ('SPAREKEY_MASTER_KEY' in given && 'SPAREKEY_MASTER_KEY_FILE' in given) {
    problems.push({
      setting: 'SPAREKEY_MASTER_KEY',
      text: 'unset it or SPAREKEY_MASTER_KEY_FILE: there is one master key',
    });
  }
  if ('SPAREKEY_BREACHED_PASSWORDS_FILE' in given && 'SPAREKEY_BREACHED_PASSWORDS_URL' in given) {
    problems.push({
      setting: 'SPAREKEY_BREACHED_PASSWORDS_URL',
      text: 'unset it or SPAREKEY_BREACHED_PASSWORDS_FILE: there is one list',
    });
  }
  if (given.SPAREKEY_SMS_GATEWAY === 'twilio')
    for (const setting of ['SPAREKEY_SMS_ACCOUNT', 'SPAREKEY_SMS_FROM'])
      if (!(setting in given)) problems.push({ setting, text: 'is required with SPAREKEY_SMS_GATEWAY=twilio' });
  if ('SPAREKEY_MAIL_FROM' in given && !('SPAREKEY_SMTP_URL' in given))
    problems.push({
      setting: 'SPAREKEY_SMTP_URL',
      text: 'set it too, or unset SPAREKEY_MAIL_FROM: no mail is sent without',
    });
  if ('DATABASE_URL' in given && !('SPAREKEY_MASTER_KEY' in given) && !('SPAREKEY_MASTER_KEY_FILE' in given)) {
    problems.push({
      setting: 'SPAREKEY_MASTER_KEY_FILE',
      text: 'is required with DATABASE_URL: write a key with `openssl rand -base64 32 > master-key && chmod 600 master-key`, name the file, and back it up',
    });
  }
  return problems;
}

function portsGivenTwice(settings: Settings): SettingsProblem[] {
  const ports: [string, number][] = [
    ['SPAREKEY_PORT', settings.port],
    ['SPAREKEY_MANAGEMENT_PORT', settings.managementPort],
    ['SPAREKEY_MANAGEMENT_PORT + 1 (the provisioner)', settings.managementPort + 1],
    ...(settings.demo ? [['SPAREKEY_DEMO_RP_PORT', settings.demoRpPort] satisfies [string, number]] : []),
  ];
  return ports.flatMap(([name, port], index) => {
    const earlier = ports.slice(0, index).find(([, taken]) => taken === port);
    return earlier ? [{ setting: name, text: `${port} is ${earlier[0]} already: choose another port` }] : [];
  });
}

function unreadableFiles(settings: Settings): SettingsProblem[] {
  const { breachedPasswords } = settings;
  const files: [setting: string, file: string | undefined][] = [
    ...settings.importRealms.map((file): [string, string] => ['SPAREKEY_IMPORT_REALMS', file]),
    ['SPAREKEY_GEOIP_FILE', settings.geoipFile],
    ['SPAREKEY_BAD_NETWORKS_FILE', settings.badNetworksFile],
    [
      'SPAREKEY_BREACHED_PASSWORDS_FILE',
      breachedPasswords && 'file' in breachedPasswords ? breachedPasswords.file : undefined,
    ],
  ];
  return files.flatMap(([setting, file]) => {
    if (file === undefined) return [];
    try {
      accessSync(file, constants.R_OK);
      return [];
    } catch {
      return [{ setting, text: `${file} cannot be read: correct the path or its permissions` }];
    }
  });
}
