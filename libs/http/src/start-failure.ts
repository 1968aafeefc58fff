import { AppError } from '@sparekey/contracts';
import { PortError } from './server.ts';

/**
 * Why a process does not start, for the person who started it: what to mend, where that is known (`explain` speaks
 * first, for the database and the settings), and the stack only of what is our fault.
 */
export function startFailure(error: unknown, explain: (error: unknown) => string | undefined): string {
  const opening = 'Sparekey does not start';
  const explained = explain(error);
  if (explained !== undefined) return explained.startsWith(opening) ? explained : `${opening}.\n  ${explained}`;
  if (!(error instanceof Error)) return `${opening}.\n  ${String(error)}`;
  const mendable = error instanceof AppError || error instanceof PortError;
  return `${opening}.\n  ${mendable ? error.message : error.stack}`;
}
