/** A verified address or number, and since when it is the person's; undefined when it never changed. */
export interface Contact {
  address: string;
  since: Date | undefined;
}

/** One that was verified before, until it was replaced, removed or no longer vouched for. */
export interface FormerContact extends Contact {
  until: Date;
}

/** Where a person can be reached by one kind of message. */
export interface Contacts {
  /** The verified one. */
  current: Contact | undefined;
  /** Those that somebody other than the person replaced, the last one first. */
  before: readonly FormerContact[];
}

const HOUR_MS = 3_600_000;

/**
 * Where codes go: a new address or number is in force once it is verified and has stood for `waitHours`. Until then it is
 * the last one that had come into force itself, so that whoever writes to an account can neither take a second factor
 * away nor point it at themselves, however often they write (docs/adr/0023).
 */
export function inForce({ current, before }: Contacts, waitHours: number, now: Date): string | undefined {
  const stood = ({ since }: Contact, until: Date) =>
    since === undefined || until.getTime() - since.getTime() >= waitHours * HOUR_MS;
  if (current !== undefined && stood(current, now)) return current.address;
  return before.find((former) => stood(former, former.until))?.address;
}
