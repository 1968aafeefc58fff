/** Statements stay small enough that one does not hold up the pipeline behind it. */
const MOST = 200;

/**
 * Gathers what is asked for within one turn of the event loop and asks it as one: ten requests that arrive together
 * share a statement. `run` answers in the order of its items; when it fails, each of them fails.
 */
export class Turn<Item, Answer> {
  readonly #run: (items: Item[]) => Promise<Answer[]>;
  #waiting: { item: Item; resolve: (answer: Answer) => void; reject: (error: unknown) => void }[] = [];

  constructor(run: (items: Item[]) => Promise<Answer[]>) {
    this.#run = run;
  }

  ask(item: Item): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    this.#waiting.push({ item, resolve, reject });
    if (this.#waiting.length === 1) setImmediate(() => this.#send());
    else if (this.#waiting.length >= MOST) this.#send();
    return promise;
  }

  async #send(): Promise<void> {
    const asked = this.#waiting;
    if (asked.length === 0) return;
    this.#waiting = [];
    try {
      const answers = await this.#run(asked.map(({ item }) => item));
      asked.forEach(({ resolve }, index) => {
        resolve(answers[index] as Answer);
      });
    } catch (error) {
      for (const { reject } of asked) reject(error);
    }
  }
}
