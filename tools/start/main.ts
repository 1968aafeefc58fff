import '@sparekey/config/require-node';
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';
import { toldToEnd } from './ending.ts';

// Compiled once, read from then on, by this process and (through its environment) by those it starts: it halves what a second start
// computes. It must come before what it is for, so the rest is imported after it. A directory that cannot be written is ignored.
process.env.NODE_COMPILE_CACHE ??= join(import.meta.dirname, '../../node_modules/.cache/sparekey-compiled');
enableCompileCache(process.env.NODE_COMPILE_CACHE);
const ending = toldToEnd();
const { appsFor } = await import('./apps.ts');
const { start } = await import('./start.ts');

process.exitCode = await start({
  env: process.env,
  appsFor,
  demoPeople: async () => (await import('@sparekey/realms')).demoPeople,
  print: (text) => process.stdout.write(`${text}\n`),
  complain: (text) => process.stderr.write(`${text}\n`),
  ending,
});
