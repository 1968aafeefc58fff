import { createLogger } from '@sparekey/http';
import { startJobs } from './schedule.ts';

const logger = createLogger({ level: 'silent', name: 'test' });

test('jobs run at once, each goes on after a failure, and none runs beside itself', async () => {
  const twice = Promise.withResolvers<void>();
  let running = 0;
  let most = 0;
  let runs = 0;
  const schedule = startJobs(
    [
      {
        name: 'failing',
        everySeconds: 0.001,
        async run() {
          running += 1;
          most = Math.max(most, running);
          await new Promise((resolve) => setImmediate(resolve));
          running -= 1;
          runs += 1;
          if (runs === 1) throw new Error('once');
          twice.resolve();
        },
      },
    ],
    logger,
  );
  await twice.promise;
  await schedule.stop();
  expect(most).toBe(1);
  expect(schedule.healthy()).toBe(true);
});

test('stop waits for the run under way, and tells it', async () => {
  const begun = Promise.withResolvers<void>();
  let told = false;
  let ended = false;
  const schedule = startJobs(
    [
      {
        name: 'long',
        everySeconds: 3600,
        async run(signal) {
          begun.resolve();
          await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
          told = true;
          await new Promise((resolve) => setImmediate(resolve));
          ended = true;
        },
      },
    ],
    logger,
  );
  await begun.promise;
  await schedule.stop();
  expect([told, ended]).toEqual([true, true]);
});

test('a job that keeps failing is seen', async () => {
  const failed = Promise.withResolvers<void>();
  const schedule = startJobs(
    [
      {
        name: 'broken',
        everySeconds: 3600,
        async run() {
          setImmediate(() => failed.resolve());
          throw new Error('always');
        },
      },
    ],
    logger,
  );
  await failed.promise;
  expect(schedule.healthy()).toBe(false);
  await schedule.stop();
});
