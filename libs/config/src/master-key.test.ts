import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { createMasterKeyFile, loadMasterKey } from './master-key.ts';

let dataDirectory: string;
beforeEach(() => {
  dataDirectory = mkdtempSync(join(tmpdir(), 'sparekey-key-'));
});
afterEach(() => rmSync(dataDirectory, { recursive: true }));

const load = (value: string) => loadMasterKey({ masterKey: { value }, dataDirectory });

test('base64, base64url and hex of the same 32 bytes are the same key', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      const key = Buffer.from(bytes);
      for (const spelling of ['base64', 'base64url', 'hex'] as const) {
        expect(load(` ${key.toString(spelling)}\n`).equals(key)).toBe(true);
      }
    }),
  );
});

test('a key of any other length is refused', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 80 }).filter((bytes) => bytes.length !== 32),
      (bytes) => {
        expect(() => load(Buffer.from(bytes).toString('base64url'))).toThrow('does not hold 32 bytes');
      },
    ),
  );
});

test('a key with a stray character, or with surplus bits, is refused rather than guessed at', () => {
  const key = Buffer.alloc(32, 7).toString('base64url');
  expect(() => load(`${key.slice(0, 10)}*${key.slice(11)}`)).toThrow('does not hold 32 bytes');
  expect(() => load(`${key.slice(0, -1)}d`)).toThrow('does not hold 32 bytes');
});

test('a created key is readable by its owner only and is never replaced', () => {
  const file = join(dataDirectory, 'master-key');
  createMasterKeyFile(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const first = readFileSync(file, 'utf8');
  createMasterKeyFile(file);
  expect(readFileSync(file, 'utf8')).toBe(first);
  expect(loadMasterKey({ masterKey: { file }, dataDirectory })).toHaveLength(32);
});

test('a missing key tells that what is sealed cannot be read without it', () => {
  const file = join(dataDirectory, 'master-key');
  expect(() => loadMasterKey({ masterKey: { file }, dataDirectory })).toThrow(
    /does not exist: put .* back from its backup/,
  );
});

test('a file that cannot be read says so', () => {
  expect(() => loadMasterKey({ masterKey: { file: dataDirectory }, dataDirectory: '/elsewhere' })).toThrow(
    'cannot be read',
  );
});

test('our own key file is refused while other users can read it; a mounted secret keeps the mode of its platform', () => {
  const file = join(dataDirectory, 'master-key');
  writeFileSync(file, Buffer.alloc(32, 1).toString('hex'));
  chmodSync(file, 0o644);
  expect(() => loadMasterKey({ masterKey: { file }, dataDirectory })).toThrow(`chmod 600 '${file}'`);
  expect(loadMasterKey({ masterKey: { file }, dataDirectory: '/elsewhere' })).toHaveLength(32);
});
