import type { Locator, Page } from 'playwright-core';

/** The lines, live. */
export class RunPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  line(title: string): Locator {
    return this.#page.getByRole('region', { name: title, exact: true });
  }

  /** Waits until a line has a card in its machine and shows the step it is at. */
  async working(title: string): Promise<void> {
    await this.line(title).getByRole('list', { name: 'Steps of this card' }).waitFor({ timeout: 30_000 });
  }

  /** How many cards a line has made, as its tally says. */
  async made(title: string): Promise<number> {
    const text = await this.line(title).innerText();
    return Number(/Made\s+(\d+)/.exec(text)?.[1] ?? Number.NaN);
  }
}
