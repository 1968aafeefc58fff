import { expect, test } from '@jest/globals';
import { Admission, type AdmissionLimits } from './admission.ts';

const long = 60_000;

function door(limits: Partial<AdmissionLimits> = {}, now?: () => number) {
  const usual = { atOnce: 2, waiting: 3, patienceMs: long, standingPatienceMs: long };
  const admission = new Admission({ ...usual, ...limits }, now);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  /** Work that goes on until it is ended. */
  const come = (index: number) =>
    admission.run(async () => {
      begun.push(index);
      await new Promise<void>((resolve) => ends.push(resolve));
      return index;
    });
  return { admission, begun, come, endOne: () => ends.shift()?.() };
}

test('so much is under way, so much waits, and the next is turned away at once with a time to come back', async () => {
  const { admission, begun, come, endOne } = door();
  const inside = [0, 1, 2, 3, 4].map(come);
  await expect(come(5)).rejects.toMatchObject({ code: 'overloaded', status: 503, retryAfterSeconds: 2 });
  expect([admission.underWay, admission.waiting, begun]).toEqual([2, 3, [0, 1]]);
  for (const one of inside) {
    endOne();
    await one;
  }
  expect(begun).toEqual([0, 1, 2, 3, 4]);
  expect([admission.underWay, admission.waiting]).toEqual([0, 0]);
});

test('work that fails leaves its place to the next', async () => {
  const { admission } = door({ atOnce: 1 });
  const failing = admission.run(() => Promise.reject(new Error('boom')));
  const next = admission.run(async () => 'done');
  await expect(failing).rejects.toThrow('boom');
  expect(await next).toBe('done');
  expect(admission.underWay).toBe(0);
});

test('who waits longer than a line that was empty just now allows is turned away, and leaves no gap in it', async () => {
  const { admission, begun, come, endOne } = door({ atOnce: 1, patienceMs: 1 });
  const first = come(0);
  await expect(come(1)).rejects.toMatchObject({ code: 'overloaded' });
  expect(admission.waiting).toBe(0);
  endOne();
  expect(await first).toBe(0);
  const last = come(2);
  endOne();
  expect(await last).toBe(2);
  expect(begun).toEqual([0, 2]);
});

test('a line that stands turns away sooner than one that a burst made', async () => {
  let now = 0;
  const { admission, begun, come, endOne } = door({ atOnce: 1, standingPatienceMs: 1 }, () => now);
  const patient = [0, 1].map(come);
  now = long + 1;
  await expect(come(2)).rejects.toMatchObject({ code: 'overloaded' });
  expect(admission.waiting).toBe(1);
  for (const one of patient) {
    endOne();
    await one;
  }
  const afresh = [3, 4].map(come);
  for (const one of afresh) {
    endOne();
    await one;
  }
  expect(begun).toEqual([0, 1, 3, 4]);
});
