import { createCipheriv } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApprovalPage } from './pages/approval-page.ts';
import { CeremonyPage } from './pages/ceremony-page.ts';
import { chromiumInstalled, type ChromiumWindow } from './pages/chromium-window.ts';
import { Frame } from './pages/frame.ts';
import { KeysPage } from './pages/keys-page.ts';
import { LoginPage } from './pages/login-page.ts';
import { openPrintWindow } from './stations/print-window.ts';

const possible = chromiumInstalled();
const generated = 'pvk/northbank/1';
const entered = 'kek/northbank/1';
const components = ['5c0a91e37fb2d8460e19a7c3f4586b2d', 'd3a8f60b9c17e254c86d0f3ab1e4957f'] as const;

const stack = new AsyncDisposableStack();
let window: ChromiumWindow;
const seen: string[] = [];

beforeAll(async () => {
  if (!possible) return;
  ({ window } = await openPrintWindow(stack, { folder: 'keys', pictures: 'cardwright-key-screens' }));
}, 120_000);

afterAll(async () => {
  await stack.disposeAsync();
});

async function inspect(name: string): Promise<void> {
  await new Frame(window.page).settled();
  seen.push(...(await window.inspect(name)));
}

async function sign(person: string): Promise<void> {
  const approval = new ApprovalPage(window.page);
  await approval.shown();
  await approval.sign(person);
  await window.page.getByRole('link', { name: 'Go on', exact: true }).click();
}

/** First six digits of the CMAC of one block of zeros under an AES key (NIST SP 800-38B §6.1 and §6.2), by the cipher alone. */
function checkValue(key: Buffer): string {
  const encipher = (block: Buffer): Buffer => createCipheriv('aes-128-ecb', key, null).update(block);
  const first = encipher(Buffer.alloc(16));
  const doubled = (BigInt(`0x${first.toString('hex')}`) << 1n) & ((1n << 128n) - 1n);
  const subkey = ((first[0] ?? 0) & 0x80) === 0 ? doubled : doubled ^ 0x87n;
  const block = Buffer.from(subkey.toString(16).padStart(32, '0'), 'hex');
  return encipher(block).subarray(0, 3).toString('hex').toUpperCase();
}

test.skipIf(!possible)('a custodian asks, a supervisor signs, the key is made and put into use', async () => {
  const { page } = window;
  const login = new LoginPage(page);
  await login.shown();
  await login.logIn('kofi');
  const keys = new KeysPage(page);
  await new Frame(page).goTo('Keys');
  await inspect('keys');
  await keys.generate({ usage: 'PIN verification key', algorithm: 'TDES-2', issuer: 'northbank' });
  await sign('sofia');
  const detail = keys.detail(generated);
  await detail.getByText('Not yet in use').waitFor();
  await keys.askFor(generated, 'Put into use…', 'First key of the new PIN scheme');
  await sign('karin');
  await detail.getByText('In use', { exact: true }).waitFor();
  expect(await detail.innerText()).toMatch(/Generated inside the key module[\s\S]*Kofi Mensah[\s\S]*Sofia Marchetti/);
  await detail.getByRole('button', { name: 'Close' }).click();
  await keys.row(generated).getByText('In use', { exact: true }).waitFor();
  await keys.tab('Key module');
  await page.getByText('Keys can be used.').waitFor();
  await inspect('key-module');
});

test.skipIf(!possible)(
  'two custodians enter a key by its components, and no character is ever in the page',
  async () => {
    const { page } = window;
    const keys = new KeysPage(page);
    const ceremony = new CeremonyPage(page);
    await keys.tab('Ceremonies');
    await keys.askForCeremony({ usage: 'Key encryption key', algorithm: 'AES-128', issuer: 'northbank' }, [
      'kofi',
      'karin',
    ]);
    await sign('samuel');
    await ceremony.step('Enter your component');
    await inspect('ceremony-entry');
    await ceremony.field.focus();
    await page.keyboard.press('Control+v');
    await page.getByText('Pasting is refused').waitFor();

    // A slip in the second entry: both are forgotten, and the screen says so.
    await ceremony.enter(components[0]);
    await ceremony.step('Enter your component once more');
    await ceremony.enter(components[1]);
    await page.getByRole('alert').filter({ hasText: 'KEYS-COMPONENT-DIFFERS' }).waitFor();
    await ceremony.step('Enter your component');
    for (const [at, component] of components.entries()) {
      await ceremony.enter(component);
      await ceremony.step('Enter your component once more');
      expect(await page.content()).not.toContain(component);
      await ceremony.enter(component);
      if (at > 0) break;
      await ceremony.step('Your component is in');
      expect(await ceremony.checkValue('Check value of component 1')).toBe(checkValue(Buffer.from(component, 'hex')));
      await inspect('ceremony-entered');
      await ceremony.handOver('karin');
    }
    const [one, other] = components.map((component) => BigInt(`0x${component}`));
    const sum = ((one ?? 0n) ^ (other ?? 0n)).toString(16).padStart(32, '0');
    await ceremony.step('Compare the key’s check value');
    expect(await ceremony.checkValue('Check value of the key')).toBe(checkValue(Buffer.from(sum, 'hex')));
    await inspect('ceremony-confirm');
    await ceremony.confirm();
    await ceremony.handOver('kofi');
    await ceremony.confirm();
    await ceremony.step('The key is kept');
    await page.getByRole('link', { name: 'See the key' }).click();
    await keys.detail(entered).getByText('Entered by custodians in a ceremony').waitFor();

    const told = [...window.received, await page.content()];
    for (const secret of [...components, sum]) expect(told.filter((text) => text.includes(secret))).toEqual([]);
  },
);

test.skipIf(!possible)('axe finds nothing, the content policy reports nothing, and the console holds no error', () => {
  expect(seen).toEqual([]);
  expect(window.trouble).toEqual({ policy: [], errors: [] });
});
