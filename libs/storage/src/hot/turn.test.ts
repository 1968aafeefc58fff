import { Turn } from './turn.ts';

test('what is asked within one turn of the event loop is asked as one, and each gets its own answer', async () => {
  const runs: number[][] = [];
  const turn = new Turn<number, number>(async (items) => {
    runs.push(items);
    return items.map((item) => item * 10);
  });
  expect(await Promise.all([turn.ask(1), turn.ask(2), Promise.resolve().then(() => turn.ask(3))])).toEqual([
    10, 20, 30,
  ]);
  expect(await turn.ask(4)).toBe(40);
  expect(runs).toEqual([[1, 2, 3], [4]]);
});

test('a failure fails everyone of that turn and nobody of the next', async () => {
  let broken = true;
  const turn = new Turn<number, number>(async (items) => {
    if (broken) throw new Error('no database');
    return items;
  });
  const settled = await Promise.allSettled([turn.ask(1), turn.ask(2)]);
  expect(settled.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  broken = false;
  expect(await turn.ask(3)).toBe(3);
});

test('a statement never carries more than 200', async () => {
  const sizes: number[] = [];
  const turn = new Turn<number, number>(async (items) => {
    sizes.push(items.length);
    return items;
  });
  const items = Array.from({ length: 450 }, (_, index) => index);
  expect(await Promise.all(items.map((item) => turn.ask(item)))).toEqual(items);
  expect(sizes).toEqual([200, 200, 50]);
});

test('while two are under way what comes waits together for the first answer', async () => {
  const runs: { items: number[]; finish: () => void }[] = [];
  const turn = new Turn<number, number>(async (items) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    runs.push({ items, finish: resolve });
    await promise;
    return items;
  });
  const turnOver = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
  const answers: Promise<number>[] = [];
  for (const item of [1, 2, 3, 4, 5]) {
    answers.push(turn.ask(item));
    await turnOver();
  }
  expect(runs.map(({ items }) => items)).toEqual([[1], [2]]);
  runs[0]?.finish();
  await turnOver();
  expect(runs.map(({ items }) => items)).toEqual([[1], [2], [3, 4, 5]]);
  for (const { finish } of runs) finish();
  expect(await Promise.all(answers)).toEqual([1, 2, 3, 4, 5]);
});
