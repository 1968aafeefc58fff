/** The words and options of one run of a command, checked against its declaration. */
export interface Invocation {
  operands: readonly string[];
  flag(name: string): boolean;
  value(name: string): string | undefined;
  output: Output;
}

/** Results go to standard output, everything said beside them to standard error. */
export interface Output {
  /** Whether `--json` was given: then standard output carries one JSON document and nothing else. */
  json: boolean;
  print(text: string): void;
  note(text: string): void;
}

export interface CommandOption {
  about: string;
  /** Placeholder of its value; an option without one is a switch. */
  value?: string;
  /** Values accepted, when only some are. */
  oneOf?: readonly string[];
}

/** One command. The help, docs/reference/cli.md and the check of what was typed are all made from this. */
export interface Command {
  /** The words that call it, such as `realm import`. */
  name: string;
  /** Names of the operands; one that ends in `…` may stand several times, one in brackets may be left out. */
  operands: readonly string[];
  summary: string;
  /** More than the summary says; paragraphs. */
  details: readonly string[];
  options: Readonly<Record<string, CommandOption>>;
  /** Resolves to the exit code; 0 unless it says otherwise. */
  run(invocation: Invocation): Promise<number | undefined>;
}

/** What was typed makes no sense: exit code 2, and the usage of the command. */
export class UsageError extends Error {
  readonly command: Command | undefined;

  constructor(message: string, command?: Command) {
    super(message);
    this.name = 'UsageError';
    this.command = command;
  }
}

/** Every command takes these. */
export const commonOptions: Readonly<Record<string, CommandOption>> = {
  json: { about: 'One JSON document on standard output instead of text' },
  help: { about: 'How to use the command' },
};

export function usage({ name, operands, options }: Command): string {
  const words = Object.entries(options).map(([option, { value, oneOf }]) =>
    value === undefined ? `[--${option}]` : `[--${option} ${oneOf?.join('|') ?? value}]`,
  );
  return ['npm run sparekey --', name, ...operands, ...words].join(' ');
}
