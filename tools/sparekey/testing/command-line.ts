import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compiledPrograms, useTestDatabase } from '@sparekey/testing';

export interface CommandResult {
  code: number;
  out: string;
  err: string;
}

/** The command line as a person runs it, on a database of the calling file, with a directory for files beside it. */
export function commandLine(masterKey: Buffer, settings: Record<string, string> = {}) {
  const database = useTestDatabase();
  let directory = '';
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sparekey-cli-'));
  });
  afterAll(() => rm(directory, { recursive: true }));
  return {
    get directory() {
      return directory;
    },
    get databaseUrl() {
      return database.url;
    },
    run: (...args: string[]): Promise<CommandResult> => start(args),
    /** Presses Ctrl-C once standard error says this. */
    interrupt: (when: string, ...args: string[]): Promise<CommandResult> => start(args, when),
  };

  function start(args: string[], interruptWhen?: string): Promise<CommandResult> {
    const { PATH = '', HOME = '' } = process.env;
    const key = masterKey.toString('base64');
    const env = {
      PATH,
      HOME,
      NODE_COMPILE_CACHE: compiledPrograms,
      ...settings,
      DATABASE_URL: database.url,
      SPAREKEY_MASTER_KEY: key,
    };
    return new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        ['--disable-warning=ExperimentalWarning', join(import.meta.dirname, '../main.ts'), ...args],
        { env, maxBuffer: 10_000_000 },
        (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code ?? -1), out, err }),
      );
      let said = '';
      child.stderr?.on('data', (text) => {
        const [before, after] = [said, said + text];
        said = after;
        if (interruptWhen === undefined || before.includes(interruptWhen)) return;
        if (after.includes(interruptWhen)) child.kill('SIGINT');
      });
    });
  }
}
