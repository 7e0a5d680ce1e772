import type { Page } from 'playwright-core';
import { eventually } from '../stations/eventually.ts';

export type ScreenName =
  | 'Home'
  | 'Batches'
  | 'Signatures'
  | 'Production'
  | 'Looks'
  | 'Stock'
  | 'Day'
  | 'Journal'
  | 'Keys'
  | 'Products'
  | 'Applets'
  | 'Devices'
  | 'Backup'
  | 'About';

/** What every screen has: the navigation and the person's own buttons. */
export class Frame {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async goTo(screen: ScreenName): Promise<void> {
    await this.#page
      .getByRole('navigation', { name: 'Screens' })
      .getByRole('link', { name: new RegExp(`^${screen}`) })
      .click();
    await this.#page.getByRole('heading', { level: 1 }).waitFor();
  }

  async screens(): Promise<readonly string[]> {
    const links = await this.#page.getByRole('navigation', { name: 'Screens' }).getByRole('link').allInnerTexts();
    return links.map((text) => text.split('\n')[0] ?? '');
  }

  async logOut(): Promise<void> {
    await this.#page.getByRole('button', { name: 'Log out' }).click();
  }

  /** Waits until nothing on the screen is still loading. */
  async settled(): Promise<void> {
    const loading = this.#page.locator('main .MuiSkeleton-root');
    await eventually('the end of loading', async () => ((await loading.count()) === 0 ? 'yes' : undefined));
  }
}
