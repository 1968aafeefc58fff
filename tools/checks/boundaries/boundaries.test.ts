// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the strings are source code under test
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { checkBoundaries, report, rules } from './check.ts';
import { exceptions } from './exceptions.ts';
import { readWorkspace } from './workspace.ts';

const root = join(import.meta.dirname, '../../..');

test('this repository keeps to its architecture', () => {
  expect(report(checkBoundaries(root, exceptions))).toBe('');
});

test('the check sees the files of this repository, and their imports', () => {
  const { packages } = readWorkspace(root);
  expect(packages.length).toBeGreaterThan(10);
  for (const found of packages) expect([found.name, found.layer]).toEqual([found.name, expect.any(String)]);
  const files = packages.flatMap((found) => found.files);
  expect(files.map((file) => file.path)).toContain('libs/http/src/csrf.ts');
  expect(files.flatMap((file) => file.imports).length).toBeGreaterThan(files.length);
});

interface Tree {
  [path: string]: string | object;
}

/** A workspace that breaks no rule: one package of each layer. */
const sound: Tree = {
  'package.json': { workspaces: ['apps/*', 'libs/*', 'tools'], devDependencies: { jest: '1' } },
  'apps/provider/package.json': {
    name: '@sparekey/one',
    dependencies: { '@sparekey/storage': '*', '@sparekey/domain': '*', '@sparekey/pure': '*', 'oidc-provider': '1' },
    nx: { tags: ['layer:app'] },
  },
  'apps/provider/src/main.ts': "import { a } from '@sparekey/storage';\nimport { readFile } from 'node:fs/promises';\n",
  'apps/provider/src/oidc/provider.ts':
    "import Provider from 'oidc-provider';\nimport type { KoaContextWithOIDC } from 'oidc-provider';\n",
  'apps/provider/jest.config.mjs': "import { project } from '../../jest.preset.mjs';\n",
  'apps/two/package.json': { name: '@sparekey/two', dependencies: {}, nx: { tags: ['layer:app'] } },
  'libs/storage/package.json': {
    name: '@sparekey/storage',
    exports: { '.': './src/index.ts' },
    dependencies: { '@sparekey/domain': '*', knex: '1', pg: '1' },
    nx: { tags: ['layer:adapter'] },
  },
  'libs/storage/src/index.ts': "import knex from 'knex';\nexport * from './a.ts';\n",
  'libs/storage/src/a.ts': "export type { A } from '@sparekey/domain';\n",
  'libs/storage/src/a.test.ts': "import { db } from '../../testing/src/index.ts';\nimport fc from 'fast-check';\n",
  'libs/config/package.json': { name: '@sparekey/config', nx: { tags: ['layer:adapter'] } },
  'libs/config/src/index.ts': "export const port = process.env['SPAREKEY_PORT'];\n",
  'libs/domain/package.json': {
    name: '@sparekey/domain',
    exports: { '.': './src/index.ts', './extra': './src/extra.ts' },
    dependencies: { '@sparekey/pure': '*' },
    devDependencies: { '@sparekey/testing': '*' },
    nx: { tags: ['layer:domain'] },
  },
  'libs/domain/src/index.ts': "import { randomBytes } from 'node:crypto';\nimport { p } from '@sparekey/pure';\n",
  'libs/domain/src/d.test.ts': "import { db } from '@sparekey/testing';\nimport { x } from '@sparekey/domain/extra';\n",
  'libs/domain/test/helper.ts': "import { db } from '@sparekey/testing';\n",
  'libs/pure/package.json': {
    name: '@sparekey/pure',
    exports: { '.': './src/index.ts' },
    dependencies: { zod: '1' },
    nx: { tags: ['layer:pure'] },
  },
  'libs/pure/src/index.ts':
    "import { createHash, type KeyObject } from 'node:crypto';\nimport { z } from 'zod';\nexport const at = (now: Date) => new Date(now.getTime() + 1); // not Date.now()\n",
  'libs/pure/src/p.test.ts': "const now = Date.now();\nimport { join } from 'node:path';\n",
  'libs/contracts/package.json': {
    name: '@sparekey/contracts',
    exports: { '.': './src/index.ts' },
    nx: { tags: ['layer:pure'] },
  },
  'libs/sdk/package.json': {
    name: '@sparekey/sdk',
    dependencies: { '@sparekey/contracts': '*' },
    nx: { tags: ['layer:ui'] },
  },
  'libs/sdk/src/index.tsx': "import { c } from '@sparekey/contracts';\n",
  'libs/testing/package.json': {
    name: '@sparekey/testing',
    exports: { '.': './src/index.ts' },
    devDependencies: { '@sparekey/storage': '*', 'fast-check': '1', pg: '1' },
    nx: { tags: ['layer:testing'] },
  },
  'libs/testing/src/index.ts': "import pg from 'pg';\nconst url = process.env['URL'];\nimport '@sparekey/storage';\n",
  'tools/package.json': {
    name: '@sparekey/tools',
    dependencies: { '@sparekey/one': '*', '@sparekey/storage': '*', 'oidc-provider': '1', pg: '1' },
    devDependencies: { yaml: '1' },
    nx: { tags: ['layer:tool'] },
  },
  'tools/checks/compose.ts': "import { parse } from 'yaml';\n",
  'tools/start/main.ts': "const home = process.env['HOME'];\nawait import(name);\n",
  'libs/domain/src/testing/world.ts': "import { db } from '@sparekey/testing';\n",
  'tools/bench/naive.ts': "import Provider from 'oidc-provider';\nimport pg from 'pg';\n",
};

function violations(changes: Tree, allowed: Record<string, string> = {}): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'boundaries-'));
  try {
    for (const [path, content] of Object.entries({ ...sound, ...changes })) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), typeof content === 'string' ? content : JSON.stringify(content));
    }
    return checkBoundaries(folder, allowed).map(({ rule, where }) => `${rule} ${where}`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The package.json of a sound package with more dependencies. */
function manifest(path: string, more: { dependencies?: object; [key: string]: unknown }): Tree {
  const base = sound[path] as { dependencies?: object };
  return { [path]: { ...base, ...more, dependencies: { ...base.dependencies, ...more.dependencies } } };
}

test('a sound workspace breaks no rule', () => {
  expect(violations({})).toEqual([]);
});

const canaries: Record<string, [Tree, string][]> = {
  'layer-tag': [
    [manifest('libs/pure/package.json', { nx: {} }), 'libs/pure/package.json'],
    [manifest('libs/pure/package.json', { nx: { tags: ['layer:pure', 'layer:app'] } }), 'libs/pure/package.json'],
    [manifest('libs/pure/package.json', { nx: { tags: ['layer:other'] } }), 'libs/pure/package.json'],
  ],
  arrows: [
    [manifest('libs/pure/package.json', { dependencies: { '@sparekey/storage': '*' } }), 'libs/pure/package.json'],
    [manifest('libs/domain/package.json', { dependencies: { '@sparekey/config': '*' } }), 'libs/domain/package.json'],
    [manifest('apps/provider/package.json', { dependencies: { '@sparekey/two': '*' } }), 'apps/provider/package.json'],
    [manifest('libs/sdk/package.json', { dependencies: { '@sparekey/pure': '*' } }), 'libs/sdk/package.json'],
    [manifest('apps/two/package.json', { dependencies: { '@sparekey/tools': '*' } }), 'apps/two/package.json'],
    [{ 'libs/domain/src/x.ts': "import type { A } from '@sparekey/storage';\n" }, 'libs/domain/src/x.ts:1'],
    [{ 'libs/pure/src/x.ts': "\nexport * from '@sparekey/domain';\n" }, 'libs/pure/src/x.ts:2'],
    [{ 'libs/storage/src/x.ts': "await import('@sparekey/one');\n" }, 'libs/storage/src/x.ts:1'],
    [{ 'apps/two/src/x.test.ts': "import { a } from '@sparekey/one';\n" }, 'apps/two/src/x.test.ts:1'],
  ],
  cycle: [
    [
      {
        ...manifest('libs/domain/package.json', { dependencies: { '@sparekey/other': '*' } }),
        'libs/other/package.json': {
          name: '@sparekey/other',
          dependencies: { '@sparekey/domain': '*' },
          nx: { tags: ['layer:domain'] },
        },
      },
      '@sparekey/domain',
    ],
  ],
  testing: [
    [{ 'libs/storage/src/x.ts': "import { db } from '@sparekey/testing';\n" }, 'libs/storage/src/x.ts:1'],
    [{ 'tools/start/x.ts': "import { db } from '@sparekey/testing';\n" }, 'tools/start/x.ts:1'],
    [
      manifest('apps/provider/package.json', { dependencies: { '@sparekey/testing': '*' } }),
      'apps/provider/package.json',
    ],
  ],
  owner: [
    [{ 'apps/provider/src/x.ts': "import type { Pool } from 'pg';\n" }, 'apps/provider/src/x.ts:1'],
    [{ 'apps/provider/src/x.test.ts': "import pg from 'pg';\n" }, 'apps/provider/src/x.test.ts:1'],
    [{ 'libs/domain/src/x.ts': "import { raw } from 'knex/raw';\n" }, 'libs/domain/src/x.ts:1'],
    [{ 'apps/provider/src/x.ts': "type P = import('oidc-provider').Provider;\n" }, 'apps/provider/src/x.ts:1'],
    [{ 'tools/start/x.ts': "import pg from 'pg';\n" }, 'tools/start/x.ts:1'],
  ],
  undeclared: [
    [{ 'apps/provider/src/x.ts': "import koa from 'koa';\n" }, 'apps/provider/src/x.ts:1'],
    [{ 'apps/two/src/x.ts': "import { a } from '@sparekey/pure';\n" }, 'apps/two/src/x.ts:1'],
    [{ 'libs/domain/src/x.ts': "import fc from 'fast-check';\n" }, 'libs/domain/src/x.ts:1'],
    [{ 'libs/domain/src/x.ts': "import type { JestMatchers } from 'jest';\n" }, 'libs/domain/src/x.ts:1'],
    [{ 'libs/domain/src/x.test.ts': "import nock from 'nock';\n" }, 'libs/domain/src/x.test.ts:1'],
    [{ 'libs/domain/src/x.ts': "import a from '@other/package/deep';\n" }, 'libs/domain/src/x.ts:1'],
  ],
  'front-door': [
    [{ 'apps/provider/src/x.ts': "import { a } from '@sparekey/storage/src/a.ts';\n" }, 'apps/provider/src/x.ts:1'],
    [{ 'apps/provider/src/x.ts': "import { a } from '../../../libs/storage/src/a.ts';\n" }, 'apps/provider/src/x.ts:1'],
    [{ 'apps/provider/src/x.ts': "export * from '../../two/src/main.ts';\n" }, 'apps/provider/src/x.ts:1'],
    [{ 'libs/domain/src/x.test.ts': "import { a } from '../../storage/src/a.ts';\n" }, 'libs/domain/src/x.test.ts:1'],
    [{ 'libs/storage/src/x.ts': "import { db } from '../../testing/src/index.ts';\n" }, 'libs/storage/src/x.ts:1'],
    [
      { 'libs/storage/src/x.test.ts': "import { db } from '../../testing/src/x.ts';\n" },
      'libs/storage/src/x.test.ts:1',
    ],
    [
      { 'apps/provider/src/x.ts': "import settings from '../../../package.json' with { type: 'json' };\n" },
      'apps/provider/src/x.ts:1',
    ],
  ],
  'computed-import': [[{ 'apps/provider/src/x.ts': 'await import(name);\n' }, 'apps/provider/src/x.ts:1']],
  environment: [
    'const { port } = process.env;',
    "const port = process.env['PORT'];",
    'const port = process\n  .env.PORT;',
    'const port = process?.env.PORT;',
    "const port = process['env'].PORT;",
    'const { env } = process;',
    'const { argv, env: e } = process;',
    'const text = `${process.env.PORT}`;',
    "import { env } from 'node:process';",
    "import process from 'process';",
  ].map((code) => [{ 'libs/storage/src/x.ts': `${code}\n` }, 'libs/storage/src/x.ts:1']),
  purity: [
    'const a = Date.now();',
    'const a = Date\n.now();',
    'const a = new Date();',
    'const a = new Date;',
    'const a = Date();',
    'const a = performance.now();',
    'const a = Math.random();',
    'const a = crypto.randomUUID();',
    'const a = globalThis.crypto;',
    "import { randomBytes } from 'node:crypto';",
    "import { createHash, randomInt as r } from 'node:crypto';",
    "import crypto from 'node:crypto';",
    "import * as crypto from 'crypto';",
    "import 'node:crypto';",
    "import { readFileSync } from 'node:fs';",
    "import type { Server } from 'node:http';",
    'setTimeout(() => {}, 1);',
    "await fetch('x');",
    "console.log('x');",
    'process.exit();',
    'const here = import.meta.url;',
  ].map((code) => [{ 'libs/pure/src/x.ts': `${code}\n` }, 'libs/pure/src/x.ts:1']),
  length: [[{ 'libs/domain/src/x.ts': 'export {};\n'.repeat(301) }, 'libs/domain/src/x.ts']],
};

test('every rule has a canary', () => {
  expect(Object.keys(canaries).sort()).toEqual(rules.map((rule) => rule.name).sort());
});

describe.each(Object.entries(canaries))('%s', (rule, cases) => {
  test.each(cases.map(([tree, where]) => [JSON.stringify(Object.values(tree)[0]).slice(0, 90), where, tree] as const))(
    'is broken by %s',
    (_what, where, tree) => {
      const found = violations(tree);
      expect([...new Set(found.filter((violation) => violation.startsWith(`${rule} `)))]).toEqual([`${rule} ${where}`]);
    },
  );
});

test('a package that pure code may not use is named', () => {
  const tree = {
    ...manifest('libs/pure/package.json', { dependencies: { argon2: '1' } }),
    'libs/pure/src/x.ts': "import argon2 from 'argon2';\n",
  };
  expect(violations(tree)).toEqual(['purity libs/pure/src/x.ts:1']);
});

test('300 lines are allowed, and tests may have more', () => {
  const tree = {
    'libs/domain/src/x.ts': 'export {};\n'.repeat(300),
    'libs/domain/src/x.test.ts': 'export {};\n'.repeat(400),
  };
  expect(violations(tree)).toEqual([]);
});

test('an exception covers its rule in its file, and is reported once it is not needed', () => {
  const tree = { 'libs/domain/src/x.ts': "await import(name);\nimport 'koa';\n" };
  expect(violations(tree, { 'computed-import libs/domain/src/x.ts': 'why' })).toEqual([
    'undeclared libs/domain/src/x.ts:2',
  ]);
  expect(violations({}, { 'length libs/domain/src/gone.ts': 'why' })).toEqual([
    'exceptions length libs/domain/src/gone.ts',
  ]);
});

test('the report gives each rule once, with its reason and every place', () => {
  const text = report([
    { rule: 'length', where: 'a.ts', message: '301 lines' },
    { rule: 'length', where: 'b.ts', message: '400 lines' },
  ]);
  expect(text).toBe('length: a source file has about 100 lines, 300 at most\n  a.ts  301 lines\n  b.ts  400 lines');
});
