import { afterAll, beforeAll, expect, test } from 'vitest';
import { BatchPage } from './pages/batch-page.ts';
import { chromiumInstalled, type ChromiumWindow } from './pages/chromium-window.ts';
import { Frame } from './pages/frame.ts';
import { ProductsPage } from './pages/products-page.ts';
import { openLoggedIn } from './stations/print-window.ts';

const possible = chromiumInstalled();
const batchId = 'nb-dda-0001';

const stack = new AsyncDisposableStack();
let window: ChromiumWindow;
const seen: string[] = [];

beforeAll(async () => {
  if (!possible) return;
  ({ window } = await openLoggedIn(stack, {
    folder: 'products',
    pictures: 'cardwright-product-screens',
    person: 'olivia',
  }));
}, 240_000);

afterAll(async () => {
  await stack.disposeAsync();
});

async function inspect(name: string): Promise<void> {
  await new Frame(window.page).settled();
  seen.push(...(await window.inspect(name)));
}

test.skipIf(!possible)(
  'a product is read value by value, with its clause and the rule that fails without it',
  async () => {
    const { page } = window;
    const products = new ProductsPage(page);
    await new Frame(page).goTo('Products');
    await products.open('Northbank Debit DDA');
    expect(await page.getByRole('region', { name: 'Chip', exact: true }).innerText()).toContain(
      'here, by profile contact-online-pin-dda@1',
    );
    await products.tab('Chip data');
    await products.search('9f0d');
    await expect.poll(() => products.values.getByRole('row').count()).toBe(3);
    expect(await products.values.innerText()).toMatch(
      /always F8609C8800[\s\S]*Book 3 §10\.7[\s\S]*action-code-default/,
    );
    await products.search('no such value');
    await page.getByText('No value with these words').waitFor();
    await products.search('');
    await inspect('product-values');
    await products.tab('Stripe and print');
    await products.tab('Keys');
    expect(await products.said('Keys', 'Card verification key\ncvk')).toHaveLength(2);
  },
);

test.skipIf(!possible)('two are compared in words, chosen with the keyboard alone', async () => {
  const { page } = window;
  const products = new ProductsPage(page);
  await page.getByRole('link', { name: 'Compare with another…' }).click();
  await page.getByText('What the second has otherwise than the first is listed here.').waitFor();
  await products.choose('Second', 'Northbank Debit CDA');
  await expect
    .poll(() => products.said('Differences', '82 Application Interchange Profile, in DGI 9104'))
    .toEqual(['Changed', 'always 3C00', 'always 3D00']);
  expect(await products.said('Differences', 'DGI 8010 (reference PIN block)')).toEqual(['New', 'not there', 'secret']);
  await inspect('comparison');
  await page.getByRole('button', { name: 'Exchange the two' }).click();
  await expect
    .poll(() => products.said('Differences', 'DGI 8010 (reference PIN block)'))
    .toEqual(['Gone', 'secret', 'not there']);
  await products.choose('First', 'Northbank Debit DDA');
  await page.getByText('They say the same').waitFor();
});

test.skipIf(!possible)('the script of an order shows every command, and neither its number nor a name', async () => {
  const { page } = window;
  await new Frame(page).goTo('Batches');
  const batch = new BatchPage(page, batchId);
  await batch.pull();
  await batch.records.waitFor();
  const begun = window.received.length;
  await page
    .getByRole('link', { name: /what would be done to its card$/ })
    .first()
    .click();
  const chip = page.getByRole('list', { name: 'The chip is personalised' });
  await chip.waitFor();
  const text = await page.getByRole('main').innerText();
  expect(text).toMatch(/9900\d\d•{6}\d{4}/);
  expect(text).toMatch(/cvk\/northbank\/1 KCV [0-9a-f]{6}/i);
  expect(text).toMatch(/northbank\/scp03\/\S+ KCV [0-9a-f]{6}/i);
  const told = window.received.slice(begun).join('\n');
  for (const shown of [text, told]) expect(shown).not.toMatch(/9900\d{12}/);
  await inspect('script');
});

test.skipIf(!possible)('what is not there is said, with a way on', async () => {
  const { page } = window;
  await page.goto(page.url().replace(/#.*$/, '#/products/no-such%401'));
  await page.getByRole('alert').filter({ hasText: 'There is no such thing here.' }).waitFor();
  await page.getByRole('button', { name: 'Try again' }).waitFor();
});

test.skipIf(!possible)('axe finds nothing, the content policy reports nothing, and the console holds no error', () => {
  expect(seen).toEqual([]);
  expect(window.trouble).toEqual({ policy: [], errors: [] });
});
