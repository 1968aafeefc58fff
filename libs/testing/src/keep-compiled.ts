import { flushCompileCache } from 'node:module';

// Node keeps what it compiled when a process ends by itself; most of those that tests start are killed.
setTimeout(flushCompileCache, 2000).unref();
