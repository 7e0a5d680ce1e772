import type { Locator, Page } from 'playwright-core';

/** The guides of the lines that ask, on the run screen. */
export class RecoveryGuide {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  of(line: string): Locator {
    return this.#page.getByRole('region', { name: line, exact: true }).filter({ has: this.drawing });
  }

  get drawing(): Locator {
    return this.#page.getByRole('img', { name: /^Drawing of the machine/ });
  }

  /** The lines that ask, in the order of the screen. */
  async asking(): Promise<readonly string[]> {
    const titles = await this.#page.getByText(/^Line \d asks$/i).allInnerTexts();
    return titles.map((title) => title.toLowerCase().replace(' asks', ''));
  }

  /** Goes by Tab from the title to the first button of the first guide, and returns its name. */
  async firstByKeyboard(): Promise<string> {
    await this.#page.getByRole('heading', { level: 1 }).focus();
    await this.#page.keyboard.press('Tab');
    return this.#page.locator(':focus').innerText();
  }

  async pressEnter(): Promise<void> {
    await this.#page.keyboard.press('Enter');
  }
}
