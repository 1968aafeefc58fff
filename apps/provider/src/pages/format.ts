import type { Whereabouts } from '../account/operations/whereabouts.ts';
import type { View } from './view.ts';

const day = { year: 'numeric', month: 'long', day: 'numeric' } as const;
const time = { hour: '2-digit', minute: '2-digit' } as const;

function write(view: View, date: Date, options: Intl.DateTimeFormatOptions): string {
  // British English for its order of the day and its 24 hours, which Italian shares.
  const tag = view.locale === 'en' ? 'en-GB' : view.locale;
  return new Intl.DateTimeFormat(tag, { timeZone: view.timeZone, ...options }).format(date);
}

/** "22 November 2026", in the person's zone. */
export function date(view: View, at: Date): string {
  return write(view, at, day);
}

/** "22 November 2026 at 14:05", in the person's zone, which is named where we do not know it. */
export function moment(view: View, at: Date): string {
  const zone = view.timeZone === 'UTC' ? ' UTC' : '';
  return write(view, at, { ...day, ...time }) + zone;
}

/** "2026-11-22", in the person's zone; for file names. */
export function isoDate(view: View, at: Date): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: view.timeZone }).format(at);
}

/** "today at 14:05", "yesterday at 09:30", else the date. The zone is named where we do not know the person's. */
export function when(view: View, at: Date): string {
  const zone = view.timeZone === 'UTC' ? ' UTC' : '';
  const clock = write(view, at, time) + zone;
  if (isoDate(view, at) === isoDate(view, view.now)) return view.messages.common.today(clock);
  const yesterday = new Date(view.now.getTime() - 86_400_000);
  if (isoDate(view, at) === isoDate(view, yesterday)) return view.messages.common.yesterday(clock);
  return date(view, at);
}

/** "K 7 M 2, dash, P 9 X 4": how a screen reader says a code letter by letter. */
export function spell(code: string, dash: string): string {
  return code
    .split('-')
    .map((group) => [...group].join(' '))
    .join(`, ${dash}, `);
}

/** What a backup code of this shape looks like, such as K7M2-P9X4. */
export function sampleCode(groups: number, groupLength: number): string {
  const symbols = 'K7M2P9X4H3TW8R5B';
  return Array.from({ length: groups }, (_, group) =>
    Array.from({ length: groupLength }, (_, at) => symbols[(group * groupLength + at) % symbols.length]).join(''),
  ).join('-');
}

/** "near Turin, Italy (estimated)", in English where the file has no name of the city in this language; undefined where no file places the address. */
export function place(view: View, where: Whereabouts): string | undefined {
  if (where.place?.country === undefined) return undefined;
  const country = new Intl.DisplayNames(view.locale, { type: 'region' }).of(where.place.country);
  const { cityNames } = where.place;
  return view.messages.account.near(cityNames?.[view.locale] ?? cityNames?.en, country ?? where.place.country);
}
