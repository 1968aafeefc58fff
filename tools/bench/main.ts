/**
 * `npm run bench`: bare oidc-provider in memory, the same with a naive adapter, and ours, side by side in one run on this
 * machine; then the cost of a backup-code attempt. Ratios are what counts: rates belong to the machine.
 */
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { migrate } from '@sparekey/storage';
import { startEmbeddedPostgres } from '@sparekey/storage/embedded';
import { backupCodeCost } from './backup-codes.ts';
import { factorsBench } from './factors/main.ts';
import { benchFlood } from './flood/main.ts';
import { measure } from './measure.ts';
import { aligned, judge, tableOf, verdictLines } from './report.ts';
import { scimBench } from './scim/main.ts';
import { sourceBench } from './scim/source.ts';
import { type ServerProcess, startServer } from './server-process.ts';

const usage = `npm run bench -- [help | factors | flood | scim | source] [--rounds N] [--seconds N] [--concurrency N] [--only OPERATION]

  --rounds N       counted rounds, after one that warms up (5)
  --seconds N      time for each operation at each server in a round (2)
  --concurrency N  requests in flight (16)
  --only NAME      one of: discovery + JWKS, client credentials, code flow, refresh, userinfo, introspection, backup codes

factors: a sign-in with each factor and a recovery attempt, beside the plain code flow; fails when judging a risk takes over 1 ms.
flood: the token endpoint under 200 wrong sign-ins a second for 30 s, and without; judged by nobody.
scim: the SCIM server on 100,000 people and one group of all of them.
source: a directory of 20,000 people that is read, beside one of 2,000.

Exits with 1 when the median of the pairs misses a floor. About ${Math.round((6 * 3 * 2 * 5.5) / 60)} minutes.`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '2' },
    concurrency: { type: 'string', default: '16' },
    only: { type: 'string' },
  },
});

if (positionals.includes('help')) {
  console.log(usage);
  process.exit(0);
}

const masterKey = randomBytes(32);
const directory = await mkdtemp(join(tmpdir(), 'sparekey-bench-'));
await chmod(directory, 0o755);
const postgres = await startEmbeddedPostgres({ dataDirectory: join(directory, 'data') });
const servers: ServerProcess[] = [];
let missed = false;
try {
  await migrate(postgres.url);
  const isFlood = positionals.includes('flood');
  const isScim = positionals.includes('scim');
  const isSource = positionals.includes('source');
  const isFactors = positionals.includes('factors');
  const progress = (line: string) => process.stderr.write(`\r\x1b[K${line}`);
  if (isFactors) missed = !(await factorsBench(postgres.url, progress));
  if (isFlood) console.log(await benchFlood(postgres.url, masterKey, { perSecond: 200, seconds: 30 }));
  if (isScim) missed = !(await scimBench(postgres.url, progress));
  if (isSource) missed = !(await sourceBench(postgres.url, progress));
  const isOne = isFlood || isScim || isSource || isFactors;
  if (!isOne && values.only !== 'backup codes') {
    const env = { BENCH_DATABASE_URL: postgres.url, BENCH_MASTER_KEY: masterKey.toString('base64url') };
    for (const [name, file] of [
      ['bare', 'bare.ts'],
      ['naive', 'naive.ts'],
      ['ours', 'ours.ts'],
    ] as const) {
      servers.push(await startServer(name, file, env));
    }
    const idle = await Promise.all(servers.map((server) => server.memoryMiB()));
    const names = servers.map((server) => server.name);
    const samples = await measure(
      servers,
      {
        rounds: Number(values.rounds),
        seconds: Number(values.seconds),
        concurrency: Number(values.concurrency),
        ...(values.only === undefined ? {} : { only: values.only }),
      },
      (line) => process.stderr.write(`\r\x1b[K${line}`),
    );
    process.stderr.write('\r\x1b[K');
    const busy = await Promise.all(servers.map((server) => server.memoryMiB()));
    console.log(`${tableOf(samples, names)}\n`);
    const verdicts = judge(samples);
    console.log(`${verdictLines(verdicts)}\n`);
    missed = verdicts.some((verdict) => !verdict.met);
    console.log(
      `${aligned([
        ['process', ...names],
        ['start to listening, ms', ...servers.map((server) => server.startMs.toFixed(0))],
        ['memory idle, MiB', ...idle.map((mib) => mib.toFixed(0))],
        ['memory after the load, MiB', ...busy.map((mib) => mib.toFixed(0))],
      ])}\n`,
    );
    await Promise.all(servers.splice(0).map((server) => server.stop()));
  }
  if (!isOne && (values.only === undefined || values.only === 'backup codes')) {
    const cost = await backupCodeCost(postgres.url, masterKey, 15);
    console.log(
      aligned([
        ['backup-code attempt, CPU ms', ''],
        ['one argon2id (19 MiB, t=2)', cost.argon2Ms.toFixed(1)],
        ['attempt with a right code', cost.hitMs.toFixed(1)],
        ['attempt with a wrong code', cost.missMs.toFixed(1)],
        ['ten salted argon2id', cost.tenMs.toFixed(1)],
        ['attempt / one argon2id', `${cost.overOne.toFixed(2)} (≤ 1.10)`],
        ['ten / attempt', `${cost.cheaperThanTen.toFixed(1)} (≥ 9)`],
      ]),
    );
    missed ||= cost.overOne > 1.1 || cost.cheaperThanTen < 9;
  }
} finally {
  await Promise.all(servers.map((server) => server.stop()));
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
}
process.exitCode = missed ? 1 : 0;
