import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ComposeFile, Service } from './compose-file.ts';

/** Services that run our image. */
export function ourServices({ services }: ComposeFile): [string, Service][] {
  return Object.entries(services).filter(([, service]) => service.build !== undefined);
}

/** Names in one part of the file that another part does not define. */
function danglingNames({ services, networks, volumes, secrets }: ComposeFile): string[] {
  return Object.entries(services).flatMap(([name, service]) => {
    const named = service.volumes
      .map((volume) => volume.split(':')[0] ?? '')
      .filter((source) => !source.startsWith('.'));
    const references: [string, string[], object][] = [
      ['network', Object.keys(service.networks), networks],
      ['volume', named, volumes],
      ['secret', service.secrets, secrets],
      ['service', Object.keys(service.depends_on), services],
    ];
    return references.flatMap(([kind, used, defined]) =>
      used.filter((each) => !(each in defined)).map((each) => `${name}: there is no ${kind} ${each}`),
    );
  });
}

/** What is waited for must be able to become what is waited for. */
function endlessWaits({ services }: ComposeFile): string[] {
  return Object.entries(services).flatMap(([name, service]) =>
    Object.entries(service.depends_on).flatMap(([other, { condition }]) => {
      const target = services[other];
      if (target === undefined) return [];
      // Our image brings a health check of its own.
      const healthy =
        target.healthcheck === undefined ? target.build !== undefined : !('disable' in target.healthcheck);
      if (condition === 'service_healthy' && !healthy) return [`${name}: ${other} has no health check`];
      if (condition === 'service_completed_successfully' && target.restart !== 'no') {
        return [`${name}: ${other} never completes, it restarts`];
      }
      return [];
    }),
  );
}

/** Files of the repository that the compose file names. */
function missingFiles(compose: ComposeFile, root: string): string[] {
  const mounts = Object.entries(compose.services).flatMap(([name, service]) =>
    service.volumes.flatMap((volume) => {
      const source = volume.split(':')[0] ?? '';
      return source.startsWith('.') ? [[name, source] as const] : [];
    }),
  );
  const commands = ourServices(compose).flatMap(([name, service]) =>
    service.command?.[0] === undefined ? [] : [[name, service.command[0]] as const],
  );
  return [...mounts, ...commands]
    .filter(([, path]) => !existsSync(join(root, path)))
    .map(([name, path]) => `${name}: ${path} does not exist`);
}

/** A container of ours runs without rights that it does not use. */
function looseContainers(compose: ComposeFile): string[] {
  return ourServices(compose).flatMap(([name, service]) => [
    ...(service.read_only ? [] : [`${name}: its file system can be written`]),
    ...(service.cap_drop.includes('ALL') ? [] : [`${name}: keeps capabilities`]),
    ...(service.security_opt.includes('no-new-privileges:true') ? [] : [`${name}: may gain privileges`]),
    ...(service.ports.length === 0 ? [] : [`${name}: is open to the outside beside the proxy`]),
  ]);
}

/** Everything that would fail, hang or leak when this file is brought up from the repository at `root`. */
export function composeProblems(compose: ComposeFile, root: string): string[] {
  return [
    ...danglingNames(compose),
    ...endlessWaits(compose),
    ...missingFiles(compose, root),
    ...looseContainers(compose),
  ];
}
