import { type Environment, loadSettings, type Settings, SettingsError } from '@sparekey/config';
import { EmbeddedPostgresError } from '@sparekey/storage/embedded';
import type { App } from './apps.ts';
import { banner, type DemoPerson } from './banner.ts';
import { type Child, startChild } from './child.ts';
import { migrateDatabase, type Prepared, prepareDatabase } from './database.ts';
import { requireFreePorts } from './ports.ts';
import { StartProblem } from './problem.ts';

export interface StartOptions {
  env: Environment;
  appsFor: (settings: Settings) => App[];
  /** Loaded while the programs start, when nothing else is to do. */
  demoPeople: () => Promise<readonly DemoPerson[]>;
  print: (text: string) => void;
  complain: (text: string) => void;
  /** Aborted by the first signal to end, with that as its reason. */
  ending: AbortSignal;
  /** Longest time that a program may take to finish its requests. */
  drainSeconds?: number;
}

/**
 * Runs Sparekey until it is told to end or one of its processes ends, which is an error and never mended in silence.
 * Everything that was started is stopped in order, the database last, whatever happened.
 *
 * @returns the exit code: 0 when it was told to end, 1 otherwise.
 */
export async function start(options: StartOptions): Promise<0 | 1> {
  const { print, complain, ending, drainSeconds = 20 } = options;
  const children: Child[] = [];
  let prepared: Prepared | undefined;
  let failed = false;
  try {
    const settings = loadSettings(options.env);
    prepared = await open(settings);
    const told = new Promise<'told'>((resolve) => {
      if (ending.aborted) resolve('told');
      ending.addEventListener('abort', () => resolve('told'));
    });
    const databaseGone = prepared.embedded?.exited.then((lines) => `PostgreSQL has ended:\n${lines}`);
    const run = prepared;
    const up = async (): Promise<void> => {
      await migrateDatabase(run.settings.databaseUrl ?? '');
      if (ending.aborted) return;
      for (const app of options.appsFor(run.settings)) children.push(startChild(app, run.settings));
      const people = options.demoPeople();
      await Promise.all(children.map((child) => child.ready()));
      print(banner(run, await people, process.uptime()));
    };
    const alive = new Promise<never>(() => {});
    const end = await Promise.race([
      told,
      databaseGone ?? alive,
      // Up is only the middle of it: what ends the run is the first process that ends.
      up().then(() => Promise.race(children.map((child) => child.exited))),
    ]);
    if (end !== 'told') throw new StartProblem(`${end}\nSparekey stops.`);
    print('Stopping: requests under way are finished first.');
  } catch (error) {
    failed = true;
    complain(explain(error));
  }
  await Promise.all(children.map((child) => child.stop(drainSeconds)));
  await prepared?.embedded?.stop();
  return failed ? 1 : 0;
}

/** The database, and the certainty that the ports are free. A second start is told of the first one, not of its ports. */
async function open(settings: Settings): Promise<Prepared> {
  const [prepared, ports] = await Promise.allSettled([prepareDatabase(settings), requireFreePorts(settings)]);
  if (prepared.status === 'rejected') throw prepared.reason;
  if (ports.status === 'fulfilled') return prepared.value;
  await prepared.value.embedded?.stop();
  throw ports.reason;
}

function explain(error: unknown): string {
  const known = [StartProblem, SettingsError, EmbeddedPostgresError].some((kind) => error instanceof kind);
  if (error instanceof Error) return known ? error.message : (error.stack ?? error.message);
  return String(error);
}
