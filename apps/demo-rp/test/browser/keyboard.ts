import type { Page } from 'playwright-core';
import type { Visitor } from './visitor.ts';

/** A person who uses no mouse: everything is reached by Tab, typed, and sent by Enter or Space. */
export class Keyboard {
  readonly #visitor: Visitor;
  readonly #page: Page;

  constructor(visitor: Visitor) {
    this.#visitor = visitor;
    this.#page = visitor.page;
  }

  /** Tabs on until that is where the focus is, and everything on the way shows that it has it. */
  async reach(selector: string): Promise<void> {
    for (let presses = 0; presses < 40; presses += 1) {
      if (await this.#visitor.has(`${selector}:focus`)) return;
      await this.#page.keyboard.press('Tab');
      const unseen = await this.#page.evaluate<string | undefined>(`(() => {
        const element = document.activeElement;
        if (element === null || element === document.body) return undefined;
        const { outlineStyle, outlineWidth } = getComputedStyle(element);
        return outlineStyle === 'none' || outlineWidth === '0px' ? element.outerHTML : undefined;
      })()`);
      if (unseen) throw new Error(`has the focus and does not show it: ${unseen}`);
    }
    throw new Error(`${selector} cannot be reached by Tab`);
  }

  /** Types into what has the focus from the start, or is reached by Tab. */
  async type(selector: string, text: string): Promise<void> {
    await this.reach(selector);
    await this.#page.keyboard.type(text);
  }

  /** Sends the form by its main button, from within a field. */
  enter = (): Promise<void> => this.#visitor.leads(() => this.#page.keyboard.press('Enter'));

  /** Presses a button, or follows a link. */
  async press(selector: string): Promise<void> {
    await this.reach(selector);
    await this.enter();
  }

  /** Name of the field that has the focus. */
  focused = (): Promise<string | null> => this.#page.locator(':focus').getAttribute('name');
}
