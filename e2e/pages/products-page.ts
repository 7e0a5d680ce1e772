import type { Locator, Page } from 'playwright-core';
import { eventually } from '../stations/eventually.ts';

/** The list of products and profiles, one of them, two compared, and the script of a card. */
export class ProductsPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async open(title: string): Promise<void> {
    await this.#page.getByRole('main').getByRole('link', { name: title, exact: true }).click();
    await this.#page.getByRole('heading', { name: title, level: 1 }).waitFor();
  }

  async tab(name: 'Overview' | 'Chip data' | 'Stripe and print' | 'Keys'): Promise<void> {
    await this.#page.getByRole('tab', { name, exact: true }).click();
    await this.#page.getByRole('tabpanel', { name, exact: true }).waitFor();
  }

  get values(): Locator {
    return this.#page.getByRole('table', { name: 'Chip data, value by value' });
  }

  async search(words: string): Promise<void> {
    await this.#page.getByRole('textbox', { name: 'Search values' }).fill(words);
  }

  /** Chooses one of the two with the keyboard alone, by its title. */
  async choose(which: 'First' | 'Second', title: string): Promise<void> {
    await this.#page.getByRole('combobox', { name: which }).focus();
    await this.#page.keyboard.press('Enter');
    await this.#page.getByRole('listbox').waitFor();
    const chosen = this.#page.getByRole('option').and(this.#page.locator(':focus'));
    await eventually(`the option ${title}`, async () => {
      if ((await chosen.innerText()).startsWith(`${title} · `)) return 'yes';
      await this.#page.keyboard.press('ArrowDown');
      return undefined;
    });
    await this.#page.keyboard.press('Enter');
    await this.#page.getByRole('listbox').waitFor({ state: 'detached' });
  }

  /** What a part of the screen says of a subject: the cells of its row. */
  async said(area: string, subject: string): Promise<readonly string[]> {
    const row = this.#page
      .getByRole('table', { name: area })
      .getByRole('row')
      .filter({ has: this.#page.getByRole('rowheader', { name: subject, exact: true }) });
    return row.getByRole('cell').allInnerTexts();
  }
}
