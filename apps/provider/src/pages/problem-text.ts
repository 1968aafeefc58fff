import { catalogues, type Locale } from './catalogue/index.ts';
import type { FormProblem } from './models.ts';

/** What a form says of a problem, for doors that have no page. */
export function problemText(problem: FormProblem, locale: Locale = 'en'): string {
  const { what, next } = catalogues[locale].common.problem(problem, { digits: 6, sample: 'K7M2-P9X4' });
  return next === undefined ? what : `${what} ${next}`;
}
