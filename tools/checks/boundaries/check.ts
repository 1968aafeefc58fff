import { arrowsOneWay, layerTag, noCycles, testingInTestsOnly } from './rules/arrows.ts';
import { environment, length, purity } from './rules/code.ts';
import { declared, followable, frontDoor, owned } from './rules/imports.ts';
import type { Rule, Violation } from './violation.ts';
import { readWorkspace } from './workspace.ts';

/** The architecture as rules, each with a canary in the test that shows that it can fail. */
export const rules: readonly Rule[] = [
  layerTag,
  arrowsOneWay,
  noCycles,
  testingInTestsOnly,
  owned,
  declared,
  frontDoor,
  followable,
  environment,
  purity,
  length,
];

/** Every place where the workspace at `root` breaks a rule, but for `exceptions`; and every exception without use. */
export function checkBoundaries(root: string, exceptions: Readonly<Record<string, string>> = {}): Violation[] {
  const workspace = readWorkspace(root);
  const found = rules.flatMap((rule) => rule.check(workspace).map((violation) => ({ rule: rule.name, ...violation })));
  const key = ({ rule, where }: Violation): string => `${rule} ${where.replace(/:\d+$/, '')}`;
  const used = new Set(found.map(key));
  return [
    ...found.filter((violation) => !(key(violation) in exceptions)),
    ...Object.keys(exceptions)
      .filter((exception) => !used.has(exception))
      .map((exception) => ({ rule: 'exceptions', where: exception, message: 'is no longer needed: remove it' })),
  ];
}

/** The violations as one text, each rule once with its reason. */
export function report(violations: readonly Violation[]): string {
  return [...rules, { name: 'exceptions', why: 'an exception stands only as long as it is needed' }]
    .map((rule) => ({ rule, found: violations.filter((violation) => violation.rule === rule.name) }))
    .filter(({ found }) => found.length > 0)
    .map(({ rule, found }) =>
      [`${rule.name}: ${rule.why}`, ...found.map(({ where, message }) => `  ${where}  ${message}`)].join('\n'),
    )
    .join('\n\n');
}
