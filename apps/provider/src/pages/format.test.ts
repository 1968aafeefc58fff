import { date, isoDate, place, sampleCode, spell, when } from './format.ts';
import { view } from './view.ts';

const realm = { displayName: 'Acme', path: '/realms/acme' };
const now = new Date('2026-11-22T23:30:00Z');

test('dates are those of the person’s zone and language', () => {
  const rome = view({ realm, locale: 'it', timeZone: 'Europe/Rome', now });
  expect(date(rome, now)).toBe('23 novembre 2026');
  expect(isoDate(rome, now)).toBe('2026-11-23');
  const newYork = view({ realm, locale: 'en', timeZone: 'America/New_York', now });
  expect(date(newYork, now)).toBe('22 November 2026');
});

test('today and yesterday are told as such, and an unknown zone counts as UTC and says so', () => {
  const rome = view({ realm, locale: 'en', timeZone: 'Europe/Rome', now });
  expect(when(rome, new Date('2026-11-22T23:10:00Z'))).toBe('today at 00:10');
  expect(when(rome, new Date('2026-11-22T22:10:00Z'))).toBe('yesterday at 23:10');
  expect(when(rome, new Date('2026-11-20T22:10:00Z'))).toBe('20 November 2026');
  const odd = view({ realm, locale: 'en', timeZone: 'Mars/<script>', now });
  expect(when(odd, new Date('2026-11-22T09:05:00Z'))).toBe('today at 09:05 UTC');
});

test('a place is named in the person’s language where the file of places knows it, and in English where it does not', () => {
  const [english, italian] = (['en', 'it'] as const).map((locale) => view({ realm, locale, timeZone: 'UTC', now }));
  if (english === undefined || italian === undefined) throw new Error('no views');
  const turin = { place: { country: 'IT', cityNames: { en: 'Turin', it: 'Torino' } } };
  expect(place(english, turin)).toBe('near Turin, Italy (estimated)');
  expect(place(italian, turin)).toBe('vicino a Torino, Italia (stima)');
  expect(place(italian, { place: { country: 'CH', cityNames: { en: 'Zurich' } } })).toContain('Zurich, Svizzera');
  expect(place(italian, { place: { country: 'CH' } })).toBe('Svizzera (stima)');
  expect(place(italian, {})).toBeUndefined();
});

test('a code is heard letter by letter', () => {
  expect(spell('K7M2-P9X4', 'dash')).toBe('K 7 M 2, dash, P 9 X 4');
});

test('the sample has the shape of the codes', () => {
  expect(sampleCode(2, 4)).toBe('K7M2-P9X4');
  expect(sampleCode(6, 8)).toMatch(/^[A-Z2-9]{8}(-[A-Z2-9]{8}){5}$/);
});
