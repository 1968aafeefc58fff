import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Settings } from '@sparekey/config';
import { StartProblem } from './problem.ts';

/**
 * Rejects when a port of these settings cannot be opened, naming all such ports and the setting that changes each: better than a
 * child that dies of it half a second later.
 */
export async function requireFreePorts(settings: Settings): Promise<void> {
  const ports: [number, string][] = [
    [settings.port, 'SPAREKEY_PORT'],
    [settings.managementPort, 'SPAREKEY_MANAGEMENT_PORT'],
    [settings.managementPort + 1, 'SPAREKEY_MANAGEMENT_PORT (the provisioner has the next one)'],
    ...(settings.demo ? [[settings.demoRpPort, 'SPAREKEY_DEMO_RP_PORT'] satisfies [number, string]] : []),
  ];
  const problems = await Promise.all(
    ports.map(async ([port, setting]) => {
      const why = await whyNotFree(settings.listenAddress, port);
      return why === undefined ? [] : [`  ${settings.listenAddress}:${port} ${why} set ${setting}.`];
    }),
  );
  const lines = problems.flat();
  if (lines.length > 0) throw new StartProblem(`Sparekey does not start: a port is not free.\n${lines.join('\n')}`);
}

async function whyNotFree(host: string, port: number): Promise<string | undefined> {
  const server = createServer();
  server.listen({ host, port, exclusive: true });
  try {
    await once(server, 'listening');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') return 'is used by another program: stop that, or';
    if (code === 'EACCES') return 'needs rights that this user has not: choose a port above 1023, or';
    if (code === 'EADDRNOTAVAIL') return 'is no address of this machine: correct SPAREKEY_LISTEN_ADDRESS, or';
    return `cannot be opened (${message}):`;
  }
  server.close();
  await once(server, 'close');
  return undefined;
}
