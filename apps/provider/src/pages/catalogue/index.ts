import { en } from './en/index.ts';
import { it } from './it/index.ts';

/** Every catalogue has every string of the English one: the compiler insists. */
export type Messages = typeof en;

export const locales = ['en', 'it'] as const;
export type Locale = (typeof locales)[number];

export const catalogues: Record<Locale, Messages> = { en, it };
