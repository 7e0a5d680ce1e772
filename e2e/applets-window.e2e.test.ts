import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumInstalled, type ChromiumWindow } from './pages/chromium-window.ts';
import { Frame } from './pages/frame.ts';
import { openLoggedIn } from './stations/print-window.ts';

const possible = chromiumInstalled();

const stack = new AsyncDisposableStack();
let window: ChromiumWindow;

beforeAll(async () => {
  if (!possible) return;
  ({ window } = await openLoggedIn(stack, {
    folder: 'applets',
    pictures: 'cardwright-applet-screens',
    person: 'amira',
  }));
}, 240_000);

afterAll(async () => {
  await stack.disposeAsync();
});

test.skipIf(!possible)(
  'the catalogue shows the package that training brought in, its provider and the product that is loaded with it',
  async () => {
    const { page } = window;
    await new Frame(page).goTo('Applets');
    const packages = page.getByRole('table', { name: 'Packages' });
    await packages.getByText('F04357524947485400', { exact: true }).waitFor();
    const text = await packages.innerText();
    for (const shown of ['cardwright-training', 'Can be loaded', '1.0', 'debit-loaded-dda@1', 'F0435752494748540003']) {
      expect(text).toContain(shown);
    }
    expect(await page.getByRole('table', { name: 'Providers' }).innerText()).toContain('Cardwright training applets');
    await new Frame(page).settled();
    expect(await window.inspect('applets')).toEqual([]);
  },
  240_000,
);
