import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';
import type { BrowserContext, Page } from 'playwright-core';

/** Where Debian puts the browser; another place is named by CARDWRIGHT_BROWSER. */
const browser = process.env['CARDWRIGHT_BROWSER'] ?? '/usr/bin/chromium';
const sizes = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
] as const;

/** Whether this machine has what a window test needs; it skips itself where it is false. */
export function chromiumInstalled(): boolean {
  return existsSync(browser);
}

/** What went wrong in a window without anybody asking: reports of its content policy, and errors on its console. */
export interface WindowTrouble {
  readonly policy: readonly string[];
  readonly errors: readonly string[];
}

/** The station's page in a Chromium app window, as a person opens it by a start page. */
export class ChromiumWindow implements AsyncDisposable {
  readonly page: Page;
  readonly #context: BrowserContext;
  readonly #pictures: string;
  readonly #policy: string[] = [];
  readonly #errors: string[] = [];
  readonly #received: string[] = [];
  #pictured = 0;

  private constructor(context: BrowserContext, page: Page, pictures: string) {
    this.#context = context;
    this.page = page;
    this.#pictures = pictures;
  }

  /** Opens an app window on a start page; the profile and the pictures lie in the given folder. */
  static async open(startPage: string, folder: string): Promise<ChromiumWindow> {
    const pictures = path.join(folder, 'screens');
    mkdirSync(pictures, { recursive: true });
    const context = await chromium.launchPersistentContext(path.join(folder, 'profile'), {
      executablePath: browser,
      headless: true,
      viewport: { ...sizes[0] },
      colorScheme: 'light',
      acceptDownloads: true,
      args: ['--no-sandbox', '--test-type', '--no-first-run'],
    });
    const page = context.pages()[0] ?? (await context.newPage());
    const window = new ChromiumWindow(context, page, pictures);
    await window.#listen();
    await page.goto(`file://${startPage}`);
    await page.waitForURL(/^http:\/\/127\.0\.0\.1/);
    return window;
  }

  async #listen(): Promise<void> {
    await this.#context.exposeBinding('noteViolation', (_source, text: string) => void this.#policy.push(text));
    await this.#context.addInitScript(
      `document.addEventListener('securitypolicyviolation', (event) =>
        window.noteViolation(event.violatedDirective + ' ' + event.blockedURI + ' ' + event.sample))`,
    );
    this.page.on('console', (message) => {
      if (/content security policy/i.test(message.text())) this.#policy.push(message.text());
      else if (message.type() === 'error') this.#errors.push(message.text());
    });
    this.page.on('websocket', (socket) => {
      socket.on('framereceived', ({ payload }) => void this.#received.push(payload.toString()));
    });
    this.page.on('pageerror', (fault) => void this.#errors.push(fault.message));
  }

  /** Every frame that the station has sent to this window, oldest first. */
  get received(): readonly string[] {
    return this.#received;
  }

  get trouble(): WindowTrouble {
    return { policy: this.#policy, errors: this.#errors };
  }

  /**
   * Holds the screen that is shown against what holds for every screen, in light and in dark: the training banner is there and axe
   * finds nothing. Leaves pictures in both sizes for a person to look at. Returns what axe found.
   */
  async inspect(name: string): Promise<readonly string[]> {
    const found: string[] = [];
    this.#pictured += 1;
    const number = String(this.#pictured).padStart(2, '0');
    for (const appearance of ['light', 'dark'] as const) {
      await this.#turn(appearance);
      await this.page.getByRole('region', { name: 'Training mode' }).waitFor();
      for (const size of sizes) {
        await this.page.setViewportSize({ ...size });
        const file = path.join(this.#pictures, `${number}-${name}-${appearance}-${size.width}.png`);
        await this.page.screenshot({ path: file, animations: 'disabled' });
      }
      const { violations } = await new AxeBuilder({ page: this.page }).analyze();
      for (const { id, nodes } of violations)
        found.push(`${name}, ${appearance}: ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
    }
    await this.#turn('light');
    await this.page.setViewportSize({ ...sizes[0] });
    return found;
  }

  /** The same for a dialog that lies over its screen: pictures in one size. The switch of the appearance is behind it and is reached by its event. */
  async inspectOpen(name: string): Promise<readonly string[]> {
    const found: string[] = [];
    this.#pictured += 1;
    const number = String(this.#pictured).padStart(2, '0');
    for (const [appearance, next] of [
      ['light', 'dark'],
      ['dark', 'light'],
    ] as const) {
      // Colours may still be changing over.
      await this.page.waitForTimeout(350);
      await this.page.screenshot({
        path: path.join(this.#pictures, `${number}-${name}-${appearance}.png`),
        animations: 'disabled',
      });
      const { violations } = await new AxeBuilder({ page: this.page }).analyze();
      for (const { id, nodes } of violations)
        found.push(`${name}, ${appearance}: ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
      await this.page.locator(`[aria-label="Switch to ${next}"]`).dispatchEvent('click');
    }
    return found;
  }

  async #turn(appearance: 'light' | 'dark'): Promise<void> {
    const button = this.page.getByRole('button', { name: `Switch to ${appearance}` });
    if (await button.isVisible()) await button.click();
    await this.page.getByRole('button', { name: `Switch to ${appearance === 'dark' ? 'light' : 'dark'}` }).waitFor();
    // Colours may still be changing over.
    await this.page.waitForTimeout(350);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#context.close();
  }
}
