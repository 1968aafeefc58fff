import { expect, test } from '@jest/globals';
import { maskEmail, maskPhone } from './index.ts';

test('of an address its owner recognises the first letter and the domain, and nobody learns the rest', () => {
  expect(maskEmail('ada.lovelace@example.com')).toBe('a•••@example.com');
  expect(maskEmail('a@example.com')).toBe('a•••@example.com');
  expect(maskEmail('"odd@name"@example.com')).toBe('"•••@example.com');
});

test('what is no address shows nothing at all', () => {
  for (const text of ['', 'ada', '@example.com']) expect(maskEmail(text)).toBe('•••');
});

test('of a number the last two digits are shown, however it is written', () => {
  expect(maskPhone('+39 347 123 4567')).toBe('••• 67');
  expect(maskPhone('+39-347-1234-5-67')).toBe('••• 67');
});
