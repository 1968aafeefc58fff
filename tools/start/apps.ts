import { join } from 'node:path';
import type { Settings } from '@sparekey/config';

/** A program that `npm start` runs as a process of its own. */
export interface App {
  name: string;
  entry: string;
  /** Settings that are other than those of the start. */
  settings?: Partial<Settings>;
  /** Answers 2xx when the program is ready. */
  readyUrl: string;
}

const apps = join(import.meta.dirname, '../../apps');

/** What runs for these settings. */
export function appsFor(settings: Settings): App[] {
  const host = probeHost(settings.listenAddress);
  const provisionerPort = settings.managementPort + 1;
  return [
    {
      name: 'provider',
      entry: join(apps, 'provider/src/main.ts'),
      readyUrl: `http://${host}:${settings.managementPort}/health/ready`,
    },
    {
      name: 'provisioner',
      entry: join(apps, 'provisioner/src/main.ts'),
      settings: { managementPort: provisionerPort },
      readyUrl: `http://${host}:${provisionerPort}/health/ready`,
    },
    ...(settings.demo
      ? [
          {
            name: 'demo-rp',
            entry: join(apps, 'demo-rp/src/main.ts'),
            readyUrl: `http://${host}:${settings.demoRpPort}/`,
          },
        ]
      : []),
  ];
}

/** Where a server that listens on `address` answers on this machine, as a URL spells it. */
export function probeHost(address: string): string {
  if (address === '0.0.0.0') return '127.0.0.1';
  if (address === '::') return '[::1]';
  return address.includes(':') ? `[${address}]` : address;
}
