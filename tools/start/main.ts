import '@sparekey/config/require-node';
import { appsFor } from './apps.ts';
import { start } from './start.ts';

const ending = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    ending.abort(signal);
  });
}

process.exitCode = await start({
  env: process.env,
  appsFor,
  demoPeople: async () => (await import('@sparekey/realms')).demoPeople,
  print: (text) => process.stdout.write(`${text}\n`),
  complain: (text) => process.stderr.write(`${text}\n`),
  ending: ending.signal,
});
