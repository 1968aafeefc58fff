import { type Answer, Cookies, send } from './flows/http.ts';
import { type ProviderProcess, SERVICE, startProvider } from './provider-process.ts';
import { aligned } from './report.ts';

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
        // As in the flood: only an answer counts.
        if (answer === undefined) continue;
        if (answer.status !== 200) throw new Error(`token: ${answer.status} ${answer.body.slice(0, 200)}`);
        took.push(performance.now() - began);
      }
    }),
  );
  took.sort((a, b) => a - b);
  return { perSecond: took.length / seconds, p50: at(took, 0.5), p99: at(took, 0.99) };
}

/** The form of a sign-in, with the cookies of its browser. */
async function signInForm({ origin }: ProviderProcess) {
  const cookies = new Cookies();
  let url = `${origin}/realms/master/account`;
  let answer: Answer | undefined;
  for (let hop = 0; hop < 5; hop += 1) {
    answer = await send(url, { headers: { accept: 'text/html', ...cookies.header() } });
    cookies.take(answer);
    if (answer.headers.location === undefined) break;
    url = new URL(String(answer.headers.location), url).href;
  }
  const hidden = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(answer?.body ?? '')?.[1] ?? '';
  return { url, cookies, csrf: hidden('csrf'), step: hidden('step') };
}

/** Wrong sign-ins at a fixed rate, whatever the answers; each of another name, from another network. */
async function flood(provider: ProviderProcess, perSecond: number, seconds: number) {
  const { url, cookies, csrf, step } = await signInForm(provider);
  const answers = new Map<number, number[]>();
  const flying: Promise<void>[] = [];
  const began = performance.now();
  for (let count = 0; count < perSecond * seconds; count += 1) {
    const wait = began + (count * 1000) / perSecond - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    const form = { csrf, step, action: 'continue', username: `nobody-${count}`, password: 'wrong' };
    const from = { 'x-forwarded-for': `10.${count >> 16}.${(count >> 8) & 255}.${count & 255}` };
    const sent = performance.now();
    flying.push(
      send(url, { form, headers: { accept: 'text/html', ...from, ...cookies.header() } })
        // A kept connection may be closed at the other end just as it is used: told as status 0.
        .catch(() => ({ status: 0 }))
        .then(({ status }) => {
          answers.set(status, [...(answers.get(status) ?? []), performance.now() - sent]);
        }),
    );
  }
  await Promise.all(flying);
  return answers;
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
    const told = [...answers].sort(([a], [b]) => a - b);
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
          return [String(status), String(took.length), at(sorted, 0.5).toFixed(0), at(sorted, 0.99).toFixed(0)];
        }),
      ]),
      `memory: ${idle.toFixed(0)} MiB before, at most ${most.toFixed(0)} MiB under the flood`,
    ].join('\n\n');
  } finally {
    clearInterval(watch);
    await provider.stop();
  }
}
