import type { Command, CommandOption, Invocation } from './command.ts';
import { UsageError } from './command.ts';

export const operatorOption: CommandOption = {
  value: 'NAME',
  about: 'Who decides. Where people are concerned: username or e-mail of an administrator',
};

/** Who acts, and why: asked of every command that decides about a person, and kept in the audit trail. */
export const operatorOptions: Readonly<Record<string, CommandOption>> = {
  operator: operatorOption,
  reason: { value: 'TEXT', about: 'Why, such as the ticket and how the person was recognised' },
};

/** Who acts, where nobody is asked why. Errors: UsageError when it is missing or blank. */
export function operatorNameOf({ value }: Invocation, command: Command): string {
  const operator = value('operator')?.trim().toLowerCase() ?? '';
  if (operator === '') throw new UsageError('--operator is missing: say who decides.', command);
  return operator;
}

/** Errors: UsageError when one of the two is missing or blank. */
export function operatorOf(invocation: Invocation, command: Command): { operator: string; reason: string } {
  const operator = operatorNameOf(invocation, command);
  const reason = invocation.value('reason')?.trim() ?? '';
  if (reason === '') throw new UsageError('--reason is missing: it is kept in the audit trail.', command);
  return { operator, reason };
}

/** `--minutes`, within bounds. Errors: UsageError. */
export function minutesOf(
  { value }: Invocation,
  command: Command,
  { least, most, usual }: { least: number; most: number; usual: number },
): number {
  const minutes = Number(value('minutes') ?? usual);
  if (!Number.isInteger(minutes) || minutes < least || minutes > most) {
    throw new UsageError(`--minutes takes a whole number from ${least} to ${most}.`, command);
  }
  return minutes;
}
