import type { Whereabouts } from '../../account/operations/whereabouts.ts';
import { place } from '../format.ts';
import type { View } from '../view.ts';

/** "near Turin, Italy (estimated) · 203.0.113.•••", and what else is to be told in the same line. */
export function whereLine(view: View, where: Whereabouts, ...more: (string | undefined)[]): string {
  return [place(view, where), where.network, ...more].filter(Boolean).join(' · ');
}
