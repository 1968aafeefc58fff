import Sequencer from '@jest/test-sequencer';

/**
 * Files that take more than 20 s, longest first. Begun last, each would leave the other worker without work for as long: a fresh clone
 * does not know yet what takes long, and the size of a file says little about it.
 */
const long = [
  'provider/test/walk/walk',
  'provider/test/faults/regeneration',
  'provider/test/faults/spent-code',
  'provider/test/races/redemption',
  'provisioner/src/scim/converge',
  'provisioner/src/scim/kill',
  'provider/src/pages/pages',
  'demo-rp/test/browser/',
  'tools/start/start',
  'provider/test/races/',
  'tools/sparekey/',
];

const rank = ({ path }) => {
  const place = long.findIndex((part) => path.includes(part));
  return place < 0 ? long.length : place;
};

/** Jest sequencer: what takes long comes first, and among equals what failed last. */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((one, other) => rank(one) - rank(other));
  }
}
