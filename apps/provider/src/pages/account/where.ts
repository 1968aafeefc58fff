import type { Whereabouts } from '../../account/operations/whereabouts.ts';
import { place } from '../format.ts';
import type { View } from '../view.ts';

/** "today at 14:05 · near Turin, Italy (estimated) · 203.0.113.••• · Payroll": when, where, and what else is to be told. */
export function whereLine(view: View, where: Whereabouts, times?: string, more?: string): string {
  return [times, place(view, where), where.network, more].filter(Boolean).join(' · ');
}
