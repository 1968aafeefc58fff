import type { Settings } from '@sparekey/config';
import { probeHost } from './apps.ts';
import type { Prepared } from './database.ts';

/** A person of the demo realm, as `npm start` introduces them. */
export interface DemoPerson {
  username: string;
  password: string;
  about: string;
}

/** What is printed when everything is ready: where to go, and as whom. */
export function banner(prepared: Prepared, demoPeople: readonly DemoPerson[], seconds: number): string {
  const { settings } = prepared;
  const management = `http://${probeHost(settings.listenAddress)}:${settings.managementPort}`;
  const lines: [string, string][] = [
    ...(settings.demo
      ? ([
          ['Demo application', `http://localhost:${settings.demoRpPort}`],
          ['Your account there', `${settings.url}/realms/demo/account`],
        ] satisfies [string, string][])
      : []),
    ['Administration', `${settings.url}/realms/master/account`],
    ['Health and metrics', `${management}/health/ready, ${management}/metrics`],
    ...administrator(prepared),
    ...(settings.demo ? demoPeople.map(introduction) : []),
    ...(prepared.embedded ? ([['Data and keys', settings.dataDirectory]] satisfies [string, string][]) : []),
  ];
  const note = prepared.embedded?.note;
  return [
    '',
    `Sparekey is ready (${seconds.toFixed(1)} s). Ctrl-C stops it.`,
    '',
    ...lines.map(([label, value]) => `  ${label.padEnd(20)}${value}`),
    ...(note === undefined ? [] : ['', `  ${note}`]),
    '',
  ].join('\n');
}

function administrator({ settings, passwordFile, fresh }: Prepared): [string, string][] {
  const admin: Settings['bootstrapAdmin'] = settings.bootstrapAdmin;
  if (!admin) return [];
  // A password that the person set is theirs to know. A drawn one is shown once; later it is only told where it lies.
  if (passwordFile === undefined) return [['Administrator', admin.username]];
  const password = fresh ? admin.password : `the first password is in ${passwordFile}`;
  return [['Administrator', `${admin.username} / ${password}`]];
}

function introduction({ username, password, about }: DemoPerson): [string, string] {
  return ['Demo person', `${username} / ${password}  ${about}`];
}
