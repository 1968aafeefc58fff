import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { realpath, rm } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

export interface Lock {
  release(): Promise<void>;
}

/**
 * Takes the data directory for this process, or returns the id of the process that has it (0 when it does not tell).
 *
 * The lock is a socket and no file: the kernel frees it with the process, however that dies, so that there is no stale lock to
 * judge and no moment at which two processes can both find it stale. Linux has such names without a file, Windows has pipes;
 * elsewhere a socket file is left behind by a kill, and is removed when nobody answers on it.
 */
export async function takeLock(directory: string): Promise<Lock | { heldBy: number }> {
  const name = createHash('sha256')
    .update(await realpath(directory))
    .digest('hex')
    .slice(0, 32);
  const address =
    process.platform === 'linux'
      ? `\0sparekey-${name}`
      : process.platform === 'win32'
        ? `\\\\.\\pipe\\sparekey-${name}`
        : join(tmpdir(), `sparekey-${name}.sock`);
  for (;;) {
    const server = await listen(address);
    if (server) return { release: () => close(server) };
    const heldBy = await ask(address);
    if (heldBy !== undefined) return { heldBy };
    // Nobody answers: the holder has just gone, or has left its socket file behind.
    if (process.platform !== 'linux' && process.platform !== 'win32') await rm(address, { force: true });
  }
}

async function listen(address: string): Promise<Server | undefined> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.end(String(process.pid));
  });
  server.unref();
  server.listen({ path: address });
  try {
    await once(server, 'listening');
    return server;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE') return undefined;
    throw error;
  }
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return;
  server.close();
  await once(server, 'close');
}

/** The process id that the holder answers with; undefined when there is none. */
async function ask(address: string): Promise<number | undefined> {
  const socket = connect({ path: address });
  // A stopped holder accepts nothing, and holds the lock all the same.
  socket.setTimeout(1000, () => socket.end());
  try {
    return Number(await text(socket)) || 0;
  } catch {
    return undefined;
  }
}
