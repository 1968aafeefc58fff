import { spawn } from 'node:child_process';
import { get } from 'node:http';
import { exactEnvironment, poolEnvironment, type Settings } from '@sparekey/config';
import type { App } from './apps.ts';
import { StartProblem } from './problem.ts';

export interface Child {
  name: string;
  /** Settles when it has ended, whoever ended it, with what to tell the person. Never rejects. */
  exited: Promise<string>;
  /** Resolves when it answers; rejects when it ends before, or does not get ready in time. */
  ready(): Promise<void>;
  /** Asks it to drain, and ends it when it does not within `drainSeconds`. */
  stop(drainSeconds: number): Promise<void>;
}

const endWithParent = import.meta.resolve('@sparekey/config/end-with-parent');
const readySeconds = 60;

/** Starts a program under this very Node, with every setting spelled out, its output going where ours goes. */
export function startChild(app: App, settings: Settings): Child {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', `--import=${endWithParent}`, app.entry],
    {
      env: { ...process.env, ...poolEnvironment(), ...exactEnvironment({ ...settings, ...app.settings }) },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      // Not in our process group: Ctrl-C is for us, and we ask everybody to drain in order.
      detached: process.platform !== 'win32',
    },
  );
  let ended = false;
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => resolve(`The ${app.name} could not be started: ${error.message}.`));
    child.once('exit', (code, signal) => {
      const how = signal ? `was ended by ${signal}` : `ended with code ${code}`;
      resolve(`The ${app.name} ${how}; what it said last is above.`);
    });
  });
  void exited.then(() => {
    ended = true;
  });
  return {
    name: app.name,
    exited,
    async ready() {
      const deadline = performance.now() + readySeconds * 1000;
      while (!(await answers(app.readyUrl))) {
        if (ended) throw new StartProblem(await exited);
        if (performance.now() > deadline) {
          throw new StartProblem(`The ${app.name} was not ready within ${readySeconds} s (${app.readyUrl}).`);
        }
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
    async stop(drainSeconds) {
      if (ended) return;
      child.kill('SIGTERM');
      const overdue = setTimeout(() => child.kill('SIGKILL'), drainSeconds * 1000);
      await exited;
      clearTimeout(overdue);
    },
  };
}

/** `node:http` and not `fetch`: loading that takes longer than everything else here. */
function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { timeout: 2000, agent: false }, (response) => {
      response.resume();
      resolve((response.statusCode ?? 500) < 300);
    });
    request.once('error', () => resolve(false));
    request.once('timeout', () => request.destroy());
  });
}
