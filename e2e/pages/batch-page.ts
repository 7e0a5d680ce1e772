import type { Locator, Page } from 'playwright-core';

export type BatchTab = 'Records' | 'Cards' | 'Balance and close' | 'Signatures';

/** The list of batches, and one batch. */
export class BatchPage {
  readonly #page: Page;
  readonly batch: string;

  constructor(page: Page, batch: string) {
    this.#page = page;
    this.batch = batch;
  }

  /** Pulls the batch on the list of batches; the batch's own screen follows. */
  async pull(): Promise<void> {
    await this.#page.getByRole('button', { name: `Pull ${this.batch}` }).click();
    await this.shown();
  }

  async shown(): Promise<void> {
    await this.#page.getByRole('heading', { name: this.batch, level: 1 }).waitFor({ timeout: 60_000 });
  }

  async command(name: 'Request release' | 'Start production' | 'Request close'): Promise<void> {
    await this.#page.getByRole('button', { name }).click({ timeout: 60_000 });
  }

  async tab(name: BatchTab): Promise<void> {
    await this.#page.getByRole('tab', { name }).click();
    await this.#page.getByRole('tabpanel', { name }).waitFor();
  }

  get records(): Locator {
    return this.#page.getByRole('grid', { name: `Records of batch ${this.batch}` });
  }

  /** Downloads the report and returns the file's path. */
  async report(): Promise<string> {
    const download = this.#page.waitForEvent('download');
    await this.#page.getByRole('button', { name: 'Download the report' }).click();
    return (await download).path();
  }
}
