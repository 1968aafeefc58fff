import { once } from 'node:events';
import { flushCompileCache } from 'node:module';
import { openStorage } from '@sparekey/storage';
import { scimJob } from '../src/scim/job.ts';

/** A worker in a process of its own, on the database of the first argument. It begins at the first byte that it is sent. */
const storage = await openStorage({
  databaseUrl: process.argv[2] ?? '',
  masterKey: Buffer.alloc(32, 7),
  poolSize: 4,
});
await storage.ping();
const job = scimJob({ storage, outboundAllow: ['127.0.0.0/8'], logger: console });
// Who is killed writes no cache at its end: the next ones would compile everything anew.
flushCompileCache();
process.stdout.write('ready\n');
await once(process.stdin, 'data');
await job.run(new AbortController().signal);
