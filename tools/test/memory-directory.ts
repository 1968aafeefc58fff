import { readFile, statfs } from 'node:fs/promises';

const directory = '/dev/shm';

/** What the files of a run take at most, with much to spare. */
const NEEDED_BYTES = 6 * 2 ** 30;

/**
 * A directory in memory for the files of a test run; undefined where there is none with enough room, or none that programs may be run
 * from. PostgreSQL makes and removes six hundred files for each file of tests: a disk is busier with those than with the tests.
 */
export async function memoryDirectory(): Promise<string | undefined> {
  try {
    const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').map((line) => line.split(' '));
    const options = mounts.findLast(([, path]) => path === directory)?.[3]?.split(',');
    if (options?.includes('rw') !== true || options.includes('noexec')) return undefined;
    const { bavail, bsize } = await statfs(directory);
    return Math.min(bavail * bsize, process.availableMemory()) >= NEEDED_BYTES ? directory : undefined;
  } catch {
    // Another system than Linux.
    return undefined;
  }
}
