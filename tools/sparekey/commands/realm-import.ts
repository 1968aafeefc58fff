import { randomBytes } from 'node:crypto';
import { createHashEngine } from '@sparekey/factors';
import { type ImportReport, importRealmFile, RealmFileError, readRealmFile } from '@sparekey/realms';
import type { Command, Output } from '../command.ts';
import { findingLines } from '../findings.ts';
import { progressTo } from '../progress.ts';
import { loadRealmFiles } from '../realm-files.ts';
import { withStorage } from '../session.ts';

const counted = (count: number, one: string, many: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : many}`;

function tell(report: ImportReport, output: Output): void {
  const { realm, outcome, users, clients, roles, groups, organizations, unsupported, warnings } = report;
  if (outcome === 'skipped') {
    output.print(`Realm ${realm} exists already; it was left as it is.`);
    return;
  }
  const parts = [
    counted(users, 'person', 'people'),
    counted(clients, 'client', 'clients'),
    counted(roles, 'role', 'roles'),
    counted(groups, 'group', 'groups'),
    counted(organizations, 'organization', 'organizations'),
  ];
  output.print(`Realm ${realm} imported: ${parts.join(', ')}.`);
  if (unsupported.length > 0) output.print(['Without effect here:', ...findingLines(unsupported)].join('\n'));
  if (warnings.length > 0) output.print(['Warnings:', ...findingLines(warnings)].join('\n'));
}

/** Reads only: no database is touched. */
function check(files: readonly { json: unknown }[], output: Output): number {
  const readings = files.map(({ json }) => readRealmFile(json));
  const reports = readings.map(({ realm, problems, unsupported, warnings }) => ({
    realm,
    problems,
    unsupported,
    warnings,
  }));
  if (output.json) output.print(JSON.stringify(reports, undefined, 2));
  else {
    for (const { realm, problems, unsupported, warnings } of reports) {
      output.print(`Realm ${realm ?? '(unnamed)'} ${problems.length > 0 ? 'cannot' : 'can'} be imported.`);
      if (problems.length > 0) output.print(['Problems:', ...findingLines(problems)].join('\n'));
      if (unsupported.length > 0) output.print(['Without effect here:', ...findingLines(unsupported)].join('\n'));
      if (warnings.length > 0) output.print(['Warnings:', ...findingLines(warnings)].join('\n'));
    }
  }
  return readings.some(({ problems }) => problems.length > 0) ? 1 : 0;
}

export const realmImport: Command = {
  name: 'realm import',
  operands: ['FILE…'],
  summary: 'Imports realm files, such as exports of Keycloak',
  details: [
    'A realm is imported as a whole or not at all. What has no effect here is listed by its path and never stops the import. An existing realm is never changed.',
    'Files that name the same realm are put together, as an export of Keycloak to a directory needs. A FILE of - is standard input.',
  ],
  options: {
    'if-exists': {
      value: 'WHAT',
      oneOf: ['fail', 'skip'],
      about: 'What to do about a realm that exists: fail (the default) or skip it',
    },
    'dry-run': { about: 'Only reads the files and reports; exit code 1 when there are problems' },
  },
  async run({ operands, flag, value, output }) {
    const realms = await loadRealmFiles(operands);
    if (flag('dry-run')) return check(realms, output);
    // All files are read before the first is written: a fault in the last shall not leave the others imported.
    const faults = realms.map(({ json }) => readRealmFile(json)).filter(({ plan }) => plan === undefined);
    if (faults.length > 0) {
      if (output.json)
        output.print(
          JSON.stringify(
            faults.map(({ realm, problems }) => ({ realm, problems })),
            undefined,
            2,
          ),
        );
      for (const { realm, problems } of faults) output.note(new RealmFileError(realm, problems).message);
      return 1;
    }
    const engine = createHashEngine({ random: randomBytes });
    await withStorage(async ({ storage }) => {
      const reports: ImportReport[] = [];
      for (const { json } of realms) {
        const report = await importRealmFile(
          json,
          { transaction: storage.transaction, hash: (password) => engine.hash(password) },
          {
            ifExists: value('if-exists') === 'skip' ? 'skip' : 'fail',
            operator: 'sparekey realm import',
            onProgress: progressTo(process.stderr),
          },
        );
        reports.push(report);
        if (!output.json) tell(report, output);
      }
      if (output.json) output.print(JSON.stringify(reports, undefined, 2));
    });
    return 0;
  },
};
