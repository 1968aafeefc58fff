/** Something that went wrong in a product of this kind, and what holds here. */
export interface Attack {
  /** R: around recovery; H: any other hole. The titles of the tests that were written for it begin with it. */
  id: `${'R' | 'H'}${number}`;
  /** Where it was made public. */
  known: string;
  /** What went wrong there, in one line. */
  hole: string;
  /** What holds here instead; where it cannot apply yet, why not. */
  holds: string;
  /** The tests that prove it, by file; none where it does not apply yet. */
  tests?: Readonly<Record<string, readonly string[]>>;
}
