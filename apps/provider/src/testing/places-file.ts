type Data = string | number | { [key: string]: Data };

/** A file in MaxMind's format (DB format specification 2.0) that places one IPv4 network, such as `203.0.113.0/24`. */
export function placesFile(network: string, place: Data): Buffer {
  const [address = '', bits = '32'] = network.split('/');
  const depth = Number(bits);
  const bytes = address.split('.').map(Number);
  const bit = (index: number) => ((bytes[index >> 3] ?? 0) >> (7 - (index & 7))) & 1;
  // A node a bit: the way to the network leads on, the other one to nothing.
  const found = depth + 16;
  const tree = Array.from({ length: depth }, (_, index) => {
    const next = index + 1 === depth ? found : index + 1;
    return bit(index) === 0 ? [uint24(next), uint24(depth)] : [uint24(depth), uint24(next)];
  });
  const metadata = {
    binary_format_major_version: 2,
    binary_format_minor_version: 0,
    build_epoch: 1_790_000_000,
    database_type: 'Test-City',
    ip_version: 4,
    node_count: depth,
    record_size: 24,
  };
  return Buffer.concat([
    ...tree.flat(),
    Buffer.alloc(16),
    encode(place),
    Buffer.from('abcdef4d61784d696e642e636f6d', 'hex'),
    encode(metadata),
  ]);
}

function uint24(value: number): Buffer {
  const bytes = Buffer.alloc(3);
  bytes.writeUIntBE(value, 0, 3);
  return bytes;
}

/** Types 2 (text), 3 (double), 6 (32 bits, unsigned) and 7 (map); texts and maps shorter than 29. */
function encode(data: Data): Buffer {
  if (typeof data === 'string') return Buffer.concat([control(2, Buffer.byteLength(data)), Buffer.from(data)]);
  if (typeof data === 'number') {
    const isWhole = Number.isInteger(data);
    const bytes = Buffer.alloc(isWhole ? 4 : 8);
    if (isWhole) bytes.writeUInt32BE(data);
    else bytes.writeDoubleBE(data);
    return Buffer.concat([control(isWhole ? 6 : 3, bytes.length), bytes]);
  }
  const entries = Object.entries(data);
  return Buffer.concat([control(7, entries.length), ...entries.flat().map(encode)]);
}

function control(type: number, size: number): Buffer {
  if (size > 28) throw new Error(`too long for this file: ${size}`);
  return Buffer.of((type << 5) | size);
}
