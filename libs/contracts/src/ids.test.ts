import { uuidV7 } from './ids.ts';

test('a UUID v7 is laid out as RFC 9562 Appendix A.6 shows', () => {
  // The example: 2022-02-22T19:22:22.000Z, rand_a CC3, rand_b 18C4DC0C0C07398F.
  const random = Uint8Array.from(Buffer.from('0cc318c4dc0c0c07398f', 'hex'));
  expect(uuidV7(new Date('2022-02-22T19:22:22.000Z'), random)).toBe('017f22e2-79b0-7cc3-98c4-dc0c0c07398f');
});

test('identifiers made later sort later', () => {
  const random = new Uint8Array(10).fill(255);
  const [earlier, later] = [1_700_000_000_000, 1_700_000_000_001].map((time) => uuidV7(new Date(time), random));
  expect(String(earlier) < String(later)).toBe(true);
});

test('version and variant are set whatever the random bytes are', () => {
  for (const fill of [0, 255]) {
    expect(uuidV7(new Date(0), new Uint8Array(10).fill(fill))).toMatch(/^0{8}-0{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-/);
  }
});
