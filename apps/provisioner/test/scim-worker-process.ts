import { openStorage } from '@sparekey/storage';
import { scimJob } from '../src/scim/job.ts';

/** A worker in a process of its own, on the database of the first argument, until it is killed. */
const storage = await openStorage({
  databaseUrl: process.argv[2] ?? '',
  masterKey: Buffer.alloc(32, 7),
  poolSize: 4,
});
const job = scimJob({ storage, outboundAllow: ['127.0.0.0/8'], logger: console, leaseSeconds: 2 });
process.stdout.write('ready\n');
await job.run(new AbortController().signal);
