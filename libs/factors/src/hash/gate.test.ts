import { AppError } from '@sparekey/contracts';
import fc from 'fast-check';
import { Gate } from './gate.ts';

/** Work that ends when told to, and tells when it began. */
function controlled(gate: Gate, count: number, options?: { admitted?: boolean }) {
  const began: number[] = [];
  const ends = Array.from({ length: count }, () => Promise.withResolvers<void>());
  const done = ends.map(({ promise }, index) =>
    gate.run(async () => {
      began.push(index);
      await promise;
      return index;
    }, options),
  );
  for (const one of done) one.catch(() => undefined);
  return {
    began,
    done,
    end: (index: number) => ends[index]?.resolve(),
    fail: (index: number) => ends[index]?.reject(new Error('failed')),
  };
}

test('no more run at once than allowed, and the others run in order of arrival', async () => {
  const gate = new Gate({ concurrency: 2, queueLimit: 10 });
  const work = controlled(gate, 5);
  await new Promise(setImmediate);
  expect(work.began).toEqual([0, 1]);
  expect([gate.inFlight, gate.queued]).toEqual([2, 3]);
  work.end(1);
  await work.done[1];
  await new Promise(setImmediate);
  expect(work.began).toEqual([0, 1, 2]);
  for (const index of [0, 2, 3, 4]) work.end(index);
  expect(await Promise.all(work.done)).toEqual([0, 1, 2, 3, 4]);
  expect(work.began).toEqual([0, 1, 2, 3, 4]);
  expect([gate.inFlight, gate.queued]).toEqual([0, 0]);
});

test('beyond the queue work is refused at once, with a time to come back, and none of it runs', async () => {
  const gate = new Gate({ concurrency: 1, queueLimit: 2 });
  const work = controlled(gate, 4);
  const refusal = await work.done[3]?.catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(AppError);
  expect(refusal).toMatchObject({ code: 'overloaded', status: 503, retryAfterSeconds: 2 });
  for (const index of [0, 1, 2]) work.end(index);
  await Promise.all(work.done.slice(0, 3));
  expect(work.began).toEqual([0, 1, 2]);
});

test('work that was admitted before is not refused by a full queue, but waits like everyone', async () => {
  const gate = new Gate({ concurrency: 1, queueLimit: 1 });
  const strangers = controlled(gate, 2);
  const rest = controlled(gate, 1, { admitted: true });
  await new Promise(setImmediate);
  expect([strangers.began, rest.began]).toEqual([[0], []]);
  for (const work of [strangers, rest]) for (const index of [0, 1]) work.end(index);
  await Promise.all([...strangers.done, ...rest.done]);
  expect(rest.began).toEqual([0]);
});

test('work that fails gives its place back', async () => {
  const gate = new Gate({ concurrency: 1, queueLimit: 5 });
  const work = controlled(gate, 3);
  work.fail(0);
  await expect(work.done[0]).rejects.toThrow('failed');
  work.end(1);
  work.end(2);
  expect(await Promise.all(work.done.slice(1))).toEqual([1, 2]);
  expect(gate.inFlight).toBe(0);
});

test('under any arrival the bounds hold and every piece of work runs once or is refused', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 8 }),
      fc.scheduler(),
      fc.integer({ min: 1, max: 30 }),
      async (concurrency, queueLimit, scheduler, count) => {
        const gate = new Gate({ concurrency, queueLimit });
        let running = 0;
        let ran = 0;
        let most = 0;
        const arrivals = Array.from({ length: count }, (_, index) =>
          gate.run(async () => {
            most = Math.max(most, ++running);
            await scheduler.schedule(Promise.resolve(), `work ${index}`);
            running--;
            ran++;
          }),
        );
        const settled = Promise.allSettled(arrivals);
        await scheduler.waitFor(settled);
        const refused = (await settled).filter(({ status }) => status === 'rejected').length;
        expect(most).toBeLessThanOrEqual(concurrency);
        expect(ran).toBe(Math.min(count, concurrency + queueLimit));
        expect(refused).toBe(count - ran);
        expect([gate.inFlight, gate.queued]).toEqual([0, 0]);
      },
    ),
    { numRuns: 50 },
  );
});
