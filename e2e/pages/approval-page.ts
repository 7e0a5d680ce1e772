import type { Page } from 'playwright-core';

/** One request for a second signature: the statement, and where it is signed. */
export class ApprovalPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async shown(): Promise<void> {
    await this.#page.getByRole('heading', { name: 'Second signature', level: 1 }).waitFor();
    await this.#page.getByRole('button', { name: 'Sign', exact: true }).waitFor();
  }

  /** The statement as it is shown: each field's name and value. */
  async statement(title: string): Promise<string> {
    return this.#page.getByRole('region', { name: title }).innerText();
  }

  /** A second person writes name and password and signs in place. */
  async sign(person: string): Promise<void> {
    await this.#page.getByRole('textbox', { name: 'Name of the second person' }).fill(person);
    await this.#page.getByLabel('Password of the second person').fill(`training-${person}`);
    await this.#page.getByRole('button', { name: 'Sign', exact: true }).click();
  }

  /** The words with which a signature was refused. */
  async refusal(): Promise<string> {
    const alert = this.#page.getByRole('main').getByRole('alert');
    await alert.first().waitFor();
    return alert.first().innerText();
  }

  async goOn(): Promise<void> {
    await this.#page.getByRole('link', { name: 'Go on with the batch' }).click({ timeout: 30_000 });
  }
}
