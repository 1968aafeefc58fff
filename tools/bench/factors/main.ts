import { randomBytes } from 'node:crypto';
import { assessRisk, defaultPolicy } from '@sparekey/policy';
import { openStorage } from '@sparekey/storage';
import { startProvider } from '../provider-process.ts';
import { aligned } from '../report.ts';
import { kinds, makeRealm, Settlers, type Somebody } from './people.ts';
import { signIn } from './sign-in.ts';

const WARM = 3;
const COUNTED = 20;
const RISKS = 20_000;

const said: Record<(typeof kinds)[number], string> = {
  password: 'password alone (the plain code flow)',
  totp: 'password, authenticator app',
  webauthn: 'password, security key',
  passkey: 'passkey',
  email: 'password, code by mail',
  sms: 'password, code by SMS',
  backup_code: 'recovery attempt: password, backup code',
};

/** Milliseconds of CPU of one judgement of a recovery, of one that has everything against it. */
function riskMs(): number {
  const signals = {
    newDevice: true,
    newNetwork: true,
    newCountry: true,
    travelKmh: 4000,
    badNetwork: true,
    recentFailures: 20,
    recentRecoveries: 3,
    idleDays: 400,
    hoursSinceChange: 1,
    codesLeft: 1,
  };
  const before = process.cpuUsage();
  for (let n = 0; n < RISKS; n += 1) assessRisk(signals, defaultPolicy.recovery.risk);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / RISKS;
}

/** CPU of the provider for one whole sign-in with each factor, beside the plain one; false when judging a risk takes over 1 ms. */
export async function factorsBench(databaseUrl: string, progress: (line: string) => void): Promise<boolean> {
  const masterKey = randomBytes(32);
  const provider = await startProvider(databaseUrl, masterKey, {
    SPAREKEY_SMTP_URL: 'smtp://127.0.0.1:9',
    SPAREKEY_MAIL_FROM: 'bench@example.com',
    SPAREKEY_SMS_GATEWAY: 'webhook',
    SPAREKEY_SMS_URL: 'http://127.0.0.1:9/',
    SPAREKEY_SMS_SECRET: randomBytes(32).toString('base64'),
  });
  const storage = await openStorage({ databaseUrl, masterKey });
  try {
    const settlers = await Settlers.at(storage, await makeRealm(storage), provider.origin);
    const costs: { kind: (typeof kinds)[number]; ms: number }[] = [];
    for (const kind of kinds) {
      progress(`signing in: ${said[kind]}`);
      const people: Somebody[] = [];
      for (let n = 0; n < WARM + COUNTED; n += 1) people.push(await settlers.settle(kind));
      for (const person of people.slice(0, WARM)) await signIn(provider.origin, storage, person);
      const before = await provider.cpuMs();
      for (const person of people.slice(WARM)) await signIn(provider.origin, storage, person);
      costs.push({ kind, ms: ((await provider.cpuMs()) - before) / COUNTED });
    }
    progress('');
    const plain = costs[0]?.ms ?? 1;
    console.log(
      aligned([
        ['sign-in, CPU of the provider', 'ms', 'of the plain one'],
        ...costs.map(({ kind, ms }) => [said[kind], ms.toFixed(1), `${(ms / plain).toFixed(2)} ×`]),
      ]),
    );
    const risk = riskMs();
    console.log(`\njudging the risk of a recovery: ${risk.toFixed(4)} ms of CPU (≤ 1)`);
    return risk <= 1;
  } finally {
    await storage.close();
    await provider.stop();
  }
}
