import type { Locator, Page } from 'playwright-core';

export type StockTab = 'Places' | 'Lots' | 'Ribbons' | 'Counts' | 'Quarantine' | 'Destruction';

export interface Delivery {
  readonly supplier: string;
  readonly reference: string;
  readonly type: string;
  readonly lot: string;
  readonly count: string;
}

/** Stock, and blind counts of it. */
export class StockPage {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async tab(name: StockTab): Promise<void> {
    await this.#page.getByRole('tab', { name }).click();
    await this.#page.getByRole('tabpanel', { name }).waitFor();
  }

  /** Fills in a delivery of one lot and asks for the second signature. */
  async receive(delivery: Delivery): Promise<void> {
    await this.#page.getByRole('button', { name: 'Receive a delivery' }).click();
    const form = this.#page.getByRole('dialog', { name: 'Receive a delivery' });
    await form.getByLabel('Supplier').fill(delivery.supplier);
    await form.getByLabel('Delivery note').fill(delivery.reference);
    await form.getByLabel('Type, as products name it').fill(delivery.type);
    await form.getByLabel('Lot number').fill(delivery.lot);
    await form.getByLabel('Count').fill(delivery.count);
    await form.getByRole('button', { name: 'Ask for the second signature' }).click();
  }

  /** Books a lot to the feeder of the line where it lies. */
  async feed(lot: string, line: string): Promise<void> {
    await this.#page.getByRole('button', { name: `Feed lot ${lot} at ${line}` }).click();
    await this.place(line)
      .getByRole('row', { name: new RegExp(`^${lot}.*Feeds the line now`) })
      .waitFor();
  }

  place(name: string): Locator {
    return this.#page.getByRole('region', { name, exact: true });
  }

  /** How many of a lot lie at a place, as the table tells it. */
  async countAt(place: string, lot: string): Promise<number> {
    const cells = await this.place(place)
      .getByRole('row', { name: new RegExp(`^${lot}`) })
      .getByRole('cell')
      .allInnerTexts();
    return Number((cells[0] ?? '').replaceAll(',', ''));
  }

  /** Opens blind counts of everything at a place. */
  async countPlace(name: string): Promise<void> {
    await this.#page.getByRole('button', { name: `Count what is at ${name}` }).click();
  }

  /** Opens the form of one count on the list of counts. */
  async openCount(item: RegExp): Promise<void> {
    await this.#page.getByRole('link', { name: item }).click();
    await this.#page.getByRole('heading', { name: 'Blind count', level: 1 }).waitFor();
  }

  async give(figure: string): Promise<void> {
    await this.#page.getByLabel('What you counted').fill(figure);
    await this.#page.getByRole('button', { name: 'Give this figure' }).click();
  }
}
