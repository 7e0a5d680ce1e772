import type { Locator, Page } from 'playwright-core';

/** The form over a product or profile, its differences and its dry run. */
export class EditorPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Begins the next version from the screen of what is in production. */
  async begin(name: string): Promise<void> {
    await this.#page.getByRole('link', { name: 'Make the next version' }).click();
    await this.shown(name);
  }

  async shown(name: string): Promise<void> {
    await this.#page.getByRole('heading', { name: `Draft ${name}`, level: 1 }).waitFor();
    await this.#page.getByRole('tab', { name: 'Form' }).waitFor();
  }

  async tab(name: 'Form' | 'Differences' | 'Dry run'): Promise<void> {
    await this.#page.getByRole('tab', { name, exact: true }).click();
    await this.#page.getByRole('tabpanel', { name, exact: true }).waitFor();
  }

  field(label: string): Locator {
    return this.#page.getByRole('textbox', { name: label, exact: true });
  }

  /** What is said below a field. */
  async saidOf(label: string): Promise<string> {
    const id = await this.field(label).getAttribute('aria-describedby');
    return id === null ? '' : this.#page.locator(`[id="${id}"]`).innerText();
  }

  get findings(): Locator {
    return this.#page.getByRole('list', { name: 'What is to be mended' });
  }

  async save(): Promise<void> {
    await this.#page.getByRole('button', { name: 'Save draft' }).click();
  }

  async propose(): Promise<void> {
    await this.#page.getByRole('button', { name: 'Ask for the second signature' }).click();
  }
}
