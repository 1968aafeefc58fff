import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPlaces } from './places.ts';
import { placesFile } from './testing/places-file.ts';

let directory: string;
const at = (name: string) => join(directory, name);

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sparekey-places-'));
});
afterAll(() => rm(directory, { recursive: true }));

test('a file of cities gives country, position and the names of the city in each of its languages', async () => {
  const turin = {
    country: { iso_code: 'IT', names: { en: 'Italy' } },
    city: { names: { en: 'Turin', it: 'Torino' } },
    location: { latitude: 45.07, longitude: 7.69 },
  };
  await writeFile(at('city.mmdb'), placesFile('203.0.113.0/24', turin));
  const places = await openPlaces({ geoip: at('city.mmdb') });
  expect(places.placeOf('203.0.113.7')).toEqual({
    country: 'IT',
    cityNames: { en: 'Turin', it: 'Torino' },
    latitude: 45.07,
    longitude: 7.69,
  });
  for (const elsewhere of ['203.0.112.7', '203.0.114.7', 'not an address', ''])
    expect(places.placeOf(elsewhere)).toBeUndefined();
});

test('a file of countries gives countries alone, and without one no place is known', async () => {
  await writeFile(at('country.mmdb'), placesFile('198.51.100.0/24', { country: { iso_code: 'BR' } }));
  const places = await openPlaces({ geoip: at('country.mmdb') });
  expect(places.placeOf('198.51.100.1')).toEqual({ country: 'BR' });
  expect((await openPlaces({})).placeOf('198.51.100.1')).toBeUndefined();
});

test('networks of the list of bad ones are known by address and range, comments aside', async () => {
  await writeFile(at('bad'), '# from our logs\n192.0.2.0/28  # a hoster\n\n2001:db8:bad::/48\n');
  const places = await openPlaces({ badNetworks: at('bad') });
  const addresses = ['192.0.2.15', '192.0.2.16', '2001:db8:bad::1', '2001:db8:bae::1'];
  expect(addresses.filter((address) => places.isBadNetwork(address))).toEqual(['192.0.2.15', '2001:db8:bad::1']);
});

test.each([
  ['geoip', 'SPAREKEY_GEOIP_FILE'],
  ['badNetworks', 'SPAREKEY_BAD_NETWORKS_FILE'],
])('a file of %s that is not there or cannot be read stops the start, naming %s', async (which, setting) => {
  await writeFile(at('garbage'), 'neither a database nor a network');
  for (const file of ['garbage', 'missing'])
    await expect(openPlaces({ [which]: at(file) })).rejects.toMatchObject({
      code: 'validation_failed',
      message: expect.stringContaining(setting),
    });
});
