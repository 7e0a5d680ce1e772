import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApprovalPage } from './pages/approval-page.ts';
import { chromiumInstalled, type ChromiumWindow } from './pages/chromium-window.ts';
import { EditorPage } from './pages/editor-page.ts';
import { Frame } from './pages/frame.ts';
import { ProductsPage } from './pages/products-page.ts';
import { openLoggedIn } from './stations/print-window.ts';

const possible = chromiumInstalled();

const stack = new AsyncDisposableStack();
let window: ChromiumWindow;
const seen: string[] = [];

beforeAll(async () => {
  if (!possible) return;
  ({ window } = await openLoggedIn(stack, {
    folder: 'editor',
    pictures: 'cardwright-editor-screens',
    person: 'amira',
  }));
  window.page.setDefaultTimeout(30_000);
}, 240_000);

afterAll(async () => {
  await stack.disposeAsync();
});

async function inspect(name: string): Promise<void> {
  await new Frame(window.page).settled();
  seen.push(...(await window.inspect(name)));
}

const profile = 'contact-online-pin-dda@2';
/** For what the station is asked about while the machine has other work. */
const patience = { timeout: 30_000 };
const constant = 'Comes from of value 1';

test.skipIf(!possible)(
  'a wrong constant of a profile is named beside its field, and a right one told in words',
  async () => {
    const { page } = window;
    const [products, editor] = [new ProductsPage(page), new EditorPage(page)];
    await new Frame(page).goTo('Products');
    await products.open('Contact debit, online PIN, DDA');
    await editor.begin(profile);
    await page.getByRole('button', { name: 'Close DGI 0101' }).click();
    await page.getByRole('button', { name: 'Open DGI 9102' }).click();
    await editor.field(constant).fill('constant:4');
    await expect.poll(() => editor.saidOf(constant), patience).toMatch(/constant: with whole bytes/);
    await page.getByText('1 thing to mend before it can go into production').waitFor();
    await inspect('profile-wrong');
    await editor.field(constant).fill('constant:4e4f52544842414e4b2050524f4649');
    await page.getByText('No rule objects. Save the draft').waitFor();
    await editor.tab('Differences');
    await expect
      .poll(() => products.said('Differences', '50 Application Label, in DGI 9102'), patience)
      .toEqual(['Changed', 'always 4E4F52544842414E4B204445424954', 'always 4E4F52544842414E4B2050524F4649']);
    await inspect('profile-differences');
  },
);

test.skipIf(!possible)('unsaved work is not left without asking, and is kept by saving', async () => {
  const { page } = window;
  const editor = new EditorPage(page);
  await page.getByRole('link', { name: 'All products' }).click();
  await page.getByRole('dialog', { name: `${profile} is not saved` }).waitFor();
  seen.push(...(await window.inspectOpen('leave')));
  await page.getByRole('button', { name: 'Stay here' }).click();
  await editor.shown(profile);
  await editor.save();
  await page.getByText('Saved, and no rule objects. Ask for the second signature').waitFor();
  await inspect('profile-saved');
});

test.skipIf(!possible)('a draft of a product is tried dry on the card of an invented order', async () => {
  const { page } = window;
  const [products, editor] = [new ProductsPage(page), new EditorPage(page)];
  await page.getByRole('link', { name: 'All products' }).click();
  await products.open('Northbank Debit DDA');
  await editor.begin('debit-online-dda@2');
  await editor.field('A look at every … card').fill('0');
  await expect.poll(() => editor.saidOf('A look at every … card'), patience).toMatch(/>=1/);
  await editor.tab('Dry run');
  await page.getByText('First mend what is named above').waitFor();
  await editor.findings.getByRole('button', { name: 'print.lookEvery' }).click();
  await page.locator('[id="field-print.lookEvery"]:focus').waitFor();
  await editor.field('A look at every … card').fill('20');
  await inspect('product-form');
  await editor.save();
  await page.getByText('Saved, and no rule objects').waitFor();
  await editor.tab('Dry run');
  await page.getByRole('list', { name: 'The chip is personalised' }).waitFor();
  const text = await page.getByRole('main').innerText();
  expect(text).toMatch(/9900\d\d•{6}\d{4}/);
  expect(text).toMatch(/cvk\/northbank\/1 KCV [0-9a-f]{6}/i);
  await inspect('product-dry-run');
});

test.skipIf(!possible)('the second person signs in place, and the profile is in production', async () => {
  const { page } = window;
  const [editor, approval] = [new EditorPage(page), new ApprovalPage(page)];
  await page.getByRole('link', { name: 'All products' }).click();
  await page.getByRole('table', { name: 'Drafts' }).getByRole('link', { name: profile }).waitFor();
  await inspect('drafts');
  await page.getByRole('table', { name: 'Drafts' }).getByRole('link', { name: profile }).click();
  await editor.shown(profile);
  await editor.propose();
  await approval.shown();
  await approval.sign('sofia');
  await page.getByRole('link', { name: 'Go on' }).click();
  await page.getByRole('table', { name: 'Payment profiles' }).getByText(profile, { exact: true }).waitFor();
  await expect.poll(() => page.getByRole('table', { name: 'Drafts' }).getByRole('row').count(), patience).toBe(2);
});

test.skipIf(!possible)('axe finds nothing, the content policy reports nothing, and the console holds no error', () => {
  expect(seen).toEqual([]);
  expect(window.trouble).toEqual({ policy: [], errors: [] });
});
