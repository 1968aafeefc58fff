/**
 * The first import of every entry point. `npm` scripts find the pinned Node; a command typed by hand may not. Node 20 refuses the
 * TypeScript of an entry point by itself; Node 22.18 to 24.11 would run it, with an experimental type stripper and another ABI.
 */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 24 || (major === 24 && minor < 12)) {
  process.stderr.write(
    `Sparekey needs Node 24.12 or newer; this is Node ${process.versions.node}.\n` +
      'Start it through npm (npm start, npm run sparekey), which uses the pinned one, or call node_modules/.bin/node.\n',
  );
  process.exit(1);
}
