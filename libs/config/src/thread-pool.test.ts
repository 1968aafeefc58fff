import { poolThreads } from './process/thread-pool.ts';

test.each([
  [undefined, 4],
  ['16', 16],
  ['4096', 1024],
  ['0', 4],
  ['', 4],
  ['many', 4],
])('a thread pool set to %p has %d threads', (setting, threads) => {
  expect(poolThreads({ UV_THREADPOOL_SIZE: setting })).toBe(threads);
});
