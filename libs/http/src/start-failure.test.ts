import { createServer } from 'node:http';
import { AppError } from '@sparekey/contracts';
import { listen } from './server.ts';
import { startFailure } from './start-failure.ts';

const nothing = () => undefined;

test('what is explained is told as it was explained, with one opening', () => {
  expect(startFailure(new Error('x'), () => 'DATABASE_URL: correct it')).toBe(
    'Sparekey does not start.\n  DATABASE_URL: correct it',
  );
  const whole = 'Sparekey does not start: its settings have a problem.';
  expect(startFailure(new Error('x'), () => whole)).toBe(whole);
});

test('a refusal of ours comes without a stack, a bug with one', () => {
  expect(startFailure(new AppError('unavailable', 'wrong master key'), nothing)).toBe(
    'Sparekey does not start.\n  wrong master key',
  );
  expect(startFailure(new TypeError('x is undefined'), nothing)).toMatch(/TypeError: x is undefined\n\s+at /);
});

test('a busy port is told with the setting to change, without a stack', async () => {
  const taken = createServer();
  const { port } = await listen(taken, { host: '127.0.0.1', port: 0, setting: 'SPAREKEY_PORT' });
  const where = { host: '127.0.0.1', port, setting: 'SPAREKEY_PORT' };
  const failure = await listen(createServer(), where).catch((error: unknown) => error);
  await new Promise((resolve) => taken.close(resolve));
  const told = startFailure(failure, nothing);
  expect(told).toContain('SPAREKEY_PORT');
  expect(told).not.toContain('    at ');
});
