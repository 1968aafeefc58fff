/** Statements stay small enough that one does not hold up the pipeline behind it. */
const MOST = 200;

/** Under way at once: one for each connection of a class. */
const LANES = 2;

/**
 * Gathers what is asked for and asks it as one: what comes within one turn of the event loop, and, while two statements
 * are under way, what comes until one of them is answered. So one request is not kept waiting, and under load commits
 * share a flush to disk and the statements grow larger instead of more. `run` answers in the order of its items; when it
 * fails, each of them fails.
 */
export class Turn<Item, Answer> {
  readonly #run: (items: Item[]) => Promise<Answer[]>;
  #waiting: { item: Item; resolve: (answer: Answer) => void; reject: (error: unknown) => void }[] = [];
  #underWay = 0;
  #scheduled = false;

  constructor(run: (items: Item[]) => Promise<Answer[]>) {
    this.#run = run;
  }

  ask(item: Item): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting.push({ item, resolve, reject });
    this.#schedule();
    return promise;
  }

  #schedule(): void {
    if (this.#scheduled || this.#underWay >= LANES || this.#waiting.length === 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#send();
    });
  }

  async #send(): Promise<void> {
    const asked = this.#waiting.splice(0, MOST);
    this.#underWay += 1;
    this.#schedule();
    try {
      const answers = await this.#run(asked.map(({ item }) => item));
      asked.forEach(({ resolve }, index) => {
        resolve(answers[index] as Answer);
      });
    } catch (error) {
      for (const { reject } of asked) reject(error);
    } finally {
      this.#underWay -= 1;
      this.#schedule();
    }
  }
}
