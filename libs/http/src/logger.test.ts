import { capturingLogger } from '../test/serve.ts';

test('a line break in a value cannot forge an entry', () => {
  const { logger, log } = capturingLogger();
  logger.info({ label: 'x\n{"level":"info","msg":"forged"}\r\u001b[31m' }, 'one\ntwo');
  expect(log.text().trimEnd()).not.toMatch(/\p{Cc}/u);
  expect(log.entries).toHaveLength(1);
});

test('values under the keys of secrets are not written, at the top or one level down', () => {
  const { logger, log } = capturingLogger();
  for (const key of ['password', 'otp', 'backup_code', 'set-cookie', 'authorization', 'refresh_token', 'databaseUrl']) {
    logger.info({ [key]: 'canary-top', form: { [key]: 'canary-deep' } }, 'entry');
  }
  expect(log.text()).not.toContain('canary');
  expect(log.entries).toHaveLength(7);
});

test('an error is written with its causes and without its other fields', () => {
  const { logger, log } = capturingLogger();
  const cause = Object.assign(new Error('duplicate key'), {
    code: '23505',
    detail: 'Key (email)=(canary@example) exists',
  });
  logger.error({ err: new Error('cannot save', { cause }) }, 'failed');
  expect(log.text()).not.toContain('canary');
  expect(log.entries[0]).toMatchObject({
    level: 'error',
    err: { message: 'cannot save', cause: { message: 'duplicate key', code: '23505' } },
  });
});

test('an endless chain of causes ends', () => {
  const { logger, log } = capturingLogger();
  const error = new Error('loop');
  error.cause = error;
  logger.error({ err: error }, 'failed');
  expect(log.entries).toHaveLength(1);
});
