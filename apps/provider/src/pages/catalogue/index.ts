export const locales = ['en', 'it'] as const;
export type Locale = (typeof locales)[number];
export type Messages = Record<string, never>;
export const catalogues: Record<Locale, Messages> = { en: {}, it: {} };
