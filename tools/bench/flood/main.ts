import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { send } from '../flows/http.ts';
import { type ProviderProcess, SERVICE, startProvider } from '../provider-process.ts';
import { aligned } from '../report.ts';

const SENDER = join(import.meta.dirname, 'sender.ts');

interface Load {
  perSecond: number;
  p50: number;
  p99: number;
}

const at = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;

/** Tokens as fast as four callers in turn get them. */
async function tokens(provider: ProviderProcess, seconds: number): Promise<Load> {
  const took: number[] = [];
  const until = performance.now() + seconds * 1000;
  const authorization = `Basic ${Buffer.from(`${SERVICE.clientId}:${SERVICE.secret}`).toString('base64')}`;
  await Promise.all(
    Array.from({ length: 4 }, async () => {
      while (performance.now() < until) {
        const began = performance.now();
        const answer = await send(`${provider.origin}/realms/master/protocol/openid-connect/token`, {
          form: { grant_type: 'client_credentials' },
          headers: { authorization },
        }).catch(() => undefined);
        // A kept connection may be closed at the other end just as it is used: only an answer counts.
        if (answer === undefined) continue;
        if (answer.status !== 200) throw new Error(`token: ${answer.status} ${answer.body.slice(0, 200)}`);
        took.push(performance.now() - began);
      }
    }),
  );
  took.sort((a, b) => a - b);
  return { perSecond: took.length / seconds, p50: at(took, 0.5), p99: at(took, 0.99) };
}

/** The flood, from a process of its own: milliseconds of each answer by status. */
async function flood({ origin }: ProviderProcess, perSecond: number, seconds: number): Promise<[string, number[]][]> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', SENDER, origin, String(perSecond), String(seconds)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const told = await text(child.stdout);
  if (told === '') throw new Error('the flood ended without an answer');
  return Object.entries(JSON.parse(told) as Record<string, number[]>);
}

/** What a flood of wrong sign-ins leaves of the token endpoint, and what it gets itself. */
export async function benchFlood(
  databaseUrl: string,
  masterKey: Buffer,
  { perSecond, seconds }: { perSecond: number; seconds: number },
): Promise<string> {
  const provider = await startProvider(databaseUrl, masterKey);
  let watch: NodeJS.Timeout | undefined;
  try {
    await tokens(provider, 2);
    const quiet = await tokens(provider, Math.min(10, seconds));
    const idle = await provider.memoryMiB();
    let most = idle;
    watch = setInterval(async () => {
      most = Math.max(most, await provider.memoryMiB().catch(() => 0));
    }, 250);
    const [answers, flooded] = await Promise.all([flood(provider, perSecond, seconds), tokens(provider, seconds)]);
    const row = (name: string, { perSecond: rate, p50, p99 }: Load) => [
      name,
      rate.toFixed(0),
      p50.toFixed(1),
      p99.toFixed(1),
    ];
    const told = answers.sort(([a], [b]) => Number(a) - Number(b));
    return [
      aligned([
        ['token endpoint, 4 in flight', 'per second', 'p50 ms', 'p99 ms'],
        row('without flood', quiet),
        row(`under ${perSecond} wrong sign-ins/s`, flooded),
        [
          'ratio',
          (flooded.perSecond / quiet.perSecond).toFixed(2),
          (flooded.p50 / quiet.p50).toFixed(1),
          (flooded.p99 / quiet.p99).toFixed(1),
        ],
      ]),
      aligned([
        ['answers to the flood', 'count', 'p50 ms', 'p99 ms'],
        ...told.map(([status, took]) => {
          const sorted = [...took].sort((a, b) => a - b);
          return [status, String(took.length), at(sorted, 0.5).toFixed(0), at(sorted, 0.99).toFixed(0)];
        }),
      ]),
      `memory: ${idle.toFixed(0)} MiB before, at most ${most.toFixed(0)} MiB under the flood`,
    ].join('\n\n');
  } finally {
    clearInterval(watch);
    await provider.stop();
  }
}
