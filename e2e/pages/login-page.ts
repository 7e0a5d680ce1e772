import type { Page } from 'playwright-core';

/** The login screen. */
export class LoginPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async shown(): Promise<void> {
    await this.#page.getByRole('heading', { name: 'Log in', level: 1 }).waitFor();
  }

  /** Types name and password as a person does, and waits for the home screen. */
  async logIn(person: string): Promise<void> {
    await this.fill(person);
    await this.#page.getByRole('navigation', { name: 'Screens' }).waitFor();
  }

  /** Types name and password; what is shown then is the screen of the window's address. */
  async fill(person: string): Promise<void> {
    await this.#page.getByRole('textbox', { name: 'Name', exact: true }).fill(person);
    await this.#page.getByLabel('Password', { exact: true }).fill(`training-${person}`);
    await this.#page.getByRole('button', { name: 'Log in', exact: true }).click();
  }
}
