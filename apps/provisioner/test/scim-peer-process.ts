import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startScimPeer } from './scim-peer.ts';

/**
 * The peer in a process of its own, for tests of other programs, with the token of the first argument. It prints its
 * address, and an address that answers the requests so far by method.
 */
const peer = await startScimPeer({ token: process.argv[2] ?? '', unique: true });
const counts = createServer((_, response) => response.end(JSON.stringify(peer.requests())));
counts.listen(0, '127.0.0.1', () => {
  const { port } = counts.address() as AddressInfo;
  process.stdout.write(`${JSON.stringify({ url: peer.url, counts: `http://127.0.0.1:${port}` })}\nready\n`);
});
