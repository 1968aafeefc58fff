import fc from 'fast-check';
import { locales } from './catalogue/index.ts';
import { negotiateLocale } from './locale.ts';

test('a choice on the page outdoes the cookie, the cookie the application, the application the browser', () => {
  const wishes = { chosen: 'it', cookie: 'en', uiLocales: 'en', acceptLanguage: 'en' };
  expect(negotiateLocale(wishes)).toBe('it');
  expect(negotiateLocale({ ...wishes, chosen: undefined, cookie: 'it' })).toBe('it');
  expect(negotiateLocale({ uiLocales: 'it en', acceptLanguage: 'en' })).toBe('it');
  expect(negotiateLocale({ acceptLanguage: 'it' })).toBe('it');
});

test('a region is served with its language, and what we do not speak is passed over', () => {
  expect(negotiateLocale({ uiLocales: 'fr-CA it-CH en' })).toBe('it');
  expect(negotiateLocale({ chosen: 'tlh', acceptLanguage: 'de, it;q=0.5' })).toBe('it');
  expect(negotiateLocale({})).toBe('en');
});

test('the weights of Accept-Language decide, and zero means never', () => {
  expect(negotiateLocale({ acceptLanguage: 'en;q=0.4, it;q=0.9' })).toBe('it');
  expect(negotiateLocale({ acceptLanguage: 'it;q=0, en;q=0.1' })).toBe('en');
});

test('whatever a browser sends, the answer is a language we have', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (acceptLanguage, uiLocales) => {
      expect(locales).toContain(negotiateLocale({ acceptLanguage, uiLocales }));
    }),
  );
});
