import type { Locator, Page } from 'playwright-core';
import { LoginPage } from './login-page.ts';

/** A key ceremony, one step at a time. */
export class CeremonyPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get field(): Locator {
    return this.#page.getByRole('textbox', { name: 'Characters entered' });
  }

  async step(title: string): Promise<void> {
    await this.#page.getByRole('heading', { name: title, level: 2, exact: true }).waitFor();
  }

  /** Types a component as a person does, key by key, and ends the entry. */
  async enter(component: string): Promise<void> {
    await this.field.pressSequentially(component);
    await this.#page.getByText(`${component.length} of ${component.length}`).waitFor();
    await this.#page.keyboard.press('Enter');
  }

  /** The check value that is shown in large figures. */
  async checkValue(label: string): Promise<string> {
    const shown = this.#page.getByText(label, { exact: true }).locator('xpath=following-sibling::*[1]');
    return shown.innerText();
  }

  /** The custodian before leaves the place, and the next logs in; the ceremony opens again by itself. */
  async handOver(next: string): Promise<void> {
    await this.#page.getByRole('button', { name: /^Log out for / }).click();
    const login = new LoginPage(this.#page);
    await login.shown();
    await login.fill(next);
    await this.#page.getByRole('heading', { name: 'Key ceremony', level: 1 }).waitFor();
  }

  async confirm(): Promise<void> {
    await this.#page.getByRole('button', { name: 'It is the same' }).click();
  }
}
