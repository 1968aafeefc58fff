import { discover, operations } from './flows/flows.ts';
import type { ServerProcess } from './server-process.ts';

/** One operation at one server in one round. */
export interface Sample {
  perSecond: number;
  /** CPU of the server process for one operation, in milliseconds. */
  cpuMs: number;
}

/** operation → server → samples by round. */
export type Samples = Record<string, Record<string, Sample[]>>;

/**
 * Runs every operation at every server in turn, round after round, so that whatever else the machine does hits them
 * alike; ratios are then taken within a round.
 */
export async function measure(
  servers: readonly ServerProcess[],
  options: { rounds: number; seconds: number; concurrency: number; only?: string },
  progress: (line: string) => void,
): Promise<Samples> {
  const samples: Samples = {};
  const chosen = Object.entries(operations).filter(([name]) => options.only === undefined || name === options.only);
  const total = chosen.length * servers.length * (options.rounds + 1);
  let done = 0;
  for (let round = 0; round <= options.rounds; round += 1) {
    for (const [name, prepare] of chosen) {
      for (const server of rotated(servers, round)) {
        const seconds = round === 0 ? options.seconds / 2 : options.seconds;
        const sample = await run(server, prepare, { ...options, seconds });
        done += 1;
        progress(
          `${done}/${total} ${name} at ${server.name}: ${sample.perSecond.toFixed(0)}/s, ${sample.cpuMs.toFixed(3)} ms`,
        );
        // The first round warms up: code paths, connections, prepared statements.
        if (round === 0) continue;
        const byServer = samples[name] ?? {};
        byServer[server.name] = [...(byServer[server.name] ?? []), sample];
        samples[name] = byServer;
      }
    }
  }
  return samples;
}

async function run(
  server: ServerProcess,
  prepare: (typeof operations)[string],
  { seconds, concurrency }: { seconds: number; concurrency: number },
): Promise<Sample> {
  const endpoints = await discover(server.issuer);
  const runners = await Promise.all(Array.from({ length: concurrency }, () => prepare(endpoints)));
  const cpuBefore = await server.cpuMs();
  const started = performance.now();
  const until = started + seconds * 1000;
  let count = 0;
  await Promise.all(
    runners.map(async (operation) => {
      while (performance.now() < until) {
        await operation();
        count += 1;
      }
    }),
  );
  const elapsed = (performance.now() - started) / 1000;
  return { perSecond: count / elapsed, cpuMs: ((await server.cpuMs()) - cpuBefore) / count };
}

function rotated<T>(items: readonly T[], by: number): T[] {
  return items.map((_, index) => items[(index + by) % items.length] as T);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Median of the ratios of two servers, taken round by round. */
export function pairedRatio(a: readonly number[], b: readonly number[]): number {
  return median(a.map((value, round) => value / (b[round] ?? Number.NaN)));
}
