import type { Command, CommandOption, Invocation } from './command.ts';
import { UsageError } from './command.ts';

/** Who acts, and why: asked of every command that decides about a person, and kept in the audit trail. */
export const operatorOptions: Readonly<Record<string, CommandOption>> = {
  operator: { value: 'NAME', about: 'Who decides; two different names count as two administrators' },
  reason: { value: 'TEXT', about: 'Why, such as the ticket and how the person was recognised' },
};

/** Errors: UsageError when one of the two is missing or blank. */
export function operatorOf({ value }: Invocation, command: Command): { operator: string; reason: string } {
  const operator = value('operator')?.trim().toLowerCase() ?? '';
  const reason = value('reason')?.trim() ?? '';
  if (operator === '') throw new UsageError('--operator is missing: say who decides.', command);
  if (reason === '') throw new UsageError('--reason is missing: it is kept in the audit trail.', command);
  return { operator, reason };
}
