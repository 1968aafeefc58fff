import { race } from './race.ts';

test('nobody passes the barrier before everybody has arrived', async () => {
  let arrived = 0;
  const seen = await race(16, async (_, barrier) => {
    await Promise.resolve();
    arrived += 1;
    await barrier();
    return arrived;
  });
  expect(seen.fulfilled).toEqual(Array(16).fill(16));
});

test('a runner that fails before the barrier is reported and holds nobody up', async () => {
  const { fulfilled, rejected } = await race(3, async (index, barrier) => {
    if (index === 1) throw new Error('no connection');
    await barrier();
    return index;
  });
  expect(fulfilled).toEqual([0, 2]);
  expect(rejected).toEqual([new Error('no connection')]);
});

test('without a barrier the runners simply run side by side', async () => {
  const { fulfilled, rejected } = await race(3, async (index) => index);
  expect(fulfilled).toEqual([0, 1, 2]);
  expect(rejected).toEqual([]);
});
