import type { Page } from 'playwright-core';

/** Cards that a person looks at. */
export class LooksPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Waits until both sides of the card are drawn. */
  async drawn(): Promise<void> {
    for (const side of ['Front of the card', 'Back of the card']) {
      const image = this.#page.getByRole('img', { name: side });
      await image.waitFor({ timeout: 30_000 });
      await image.evaluate((shown) => (shown as unknown as { decode(): Promise<void> }).decode());
    }
  }

  /** Finds every card good, one after the other; how many there were. */
  async allGood(): Promise<number> {
    const none = this.#page.getByText('No card waits for a look');
    const good = this.#page.getByRole('button', { name: /^Good/ });
    for (let count = 0; ; count += 1) {
      await none.or(good).first().waitFor();
      if (await none.isVisible()) return count;
      const panel = this.#page.getByRole('region', { name: /^Card \d+ of \d+$/ });
      const card = await panel.getByRole('heading', { level: 2 }).innerText();
      await good.click();
      await this.#page.getByRole('heading', { name: card, level: 2 }).waitFor({ state: 'detached' });
    }
  }
}
