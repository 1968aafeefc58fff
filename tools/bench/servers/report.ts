import type { FromServer } from '../server-process.ts';

/** The child's side of a bench server: says where it listens, answers questions about its use, ends on request. */
export function reportToBench(issuer: string, stop: () => Promise<void>): void {
  const send = (message: FromServer) => process.send?.(message);
  process.on('message', (question) => {
    if (question === 'usage') {
      const { user, system } = process.cpuUsage();
      send({ kind: 'usage', cpuMs: (user + system) / 1000, memoryMiB: process.memoryUsage.rss() / 1024 ** 2 });
    }
    if (question === 'stop') void stop().finally(() => process.exit(0));
  });
  process.once('disconnect', () => process.exit(0));
  send({ kind: 'listening', issuer });
}
