import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ApprovalPage } from './pages/approval-page.ts';
import { BatchPage } from './pages/batch-page.ts';
import { ChromiumWindow, chromiumInstalled } from './pages/chromium-window.ts';
import { Frame } from './pages/frame.ts';
import type { ScreenName } from './pages/frame.ts';
import { LoginPage } from './pages/login-page.ts';
import { LooksPage } from './pages/looks-page.ts';
import { RunPage } from './pages/run-page.ts';
import { eventually } from './stations/eventually.ts';
import { lockPatience } from './stations/lock-patience.ts';
import { ownFolder } from './stations/own-folder.ts';
import { acquirePcscd, pcscdInstalled } from './stations/pcscd.ts';
import { startStation } from './stations/training-station.ts';
import { mkdirSync, rmSync } from 'node:fs';

const possible = pcscdInstalled() && chromiumInstalled();
const batchId = 'nb-debit-0001';
/** Stays after the test: pictures are for people. */
const pictures = path.join(tmpdir(), 'cardwright-screens');

const stack = new AsyncDisposableStack();
let window: ChromiumWindow;
const seen: string[] = [];

beforeAll(async () => {
  if (!possible) return;
  const held = await acquirePcscd();
  stack.defer(() => held.release());
  const folder = stack.use(ownFolder('by-hand'));
  const station = stack.use(await startStation(path.join(folder.path, 'station')));
  rmSync(pictures, { recursive: true, force: true });
  mkdirSync(pictures, { recursive: true, mode: 0o700 });
  window = stack.use(await ChromiumWindow.open(station.startPage, pictures));
  window.page.setDefaultTimeout(20_000);
}, lockPatience);

afterAll(async () => {
  await stack.disposeAsync();
});

async function inspect(name: string): Promise<void> {
  await new Frame(window.page).settled();
  seen.push(...(await window.inspect(name)));
}

async function visit(screen: ScreenName, name = screen.toLowerCase()): Promise<void> {
  await new Frame(window.page).goTo(screen);
  await inspect(name);
}

test.skipIf(!possible)(
  'an operator and a supervisor make a batch by hand, from the login to the closed batch',
  async () => {
    const { page } = window;
    const login = new LoginPage(page);
    await login.shown();
    await inspect('login');
    await login.logIn('olivia');
    await inspect('home');
    await visit('Batches');

    const batch = new BatchPage(page, batchId);
    await batch.pull();
    await page.getByRole('button', { name: 'Request release' }).waitFor({ timeout: 60_000 });
    await batch.records.getByRole('row').nth(5).waitFor();
    expect(await batch.records.innerText()).toMatch(/\d{6}•+\d{4}/);
    expect(await batch.records.innerText()).not.toMatch(/\d{12,}/);
    await inspect('batch-records');

    await batch.command('Request release');
    const approval = new ApprovalPage(page);
    await approval.shown();
    const statement = await approval.statement('Release of a batch');
    expect(statement).toContain(batchId);
    expect(statement).toContain('Cards to make');
    await inspect('release-statement');
    // Who asked cannot sign.
    await approval.sign('olivia');
    expect(await approval.refusal()).not.toBe('');
    await approval.sign('sofia');
    await approval.goOn();

    await batch.shown();
    await batch.command('Start production');
    const run = new RunPage(page);
    await Promise.all([run.working('Line 1'), run.working('Line 2')]);
    await page.screenshot({ path: path.join(pictures, 'screens', 'run-at-work.png') });
    await inspect('run');

    await new Frame(page).goTo('Batches');
    await page.getByRole('link', { name: batchId }).first().click();
    await batch.shown();
    await page
      .getByRole('link', { name: /^Look at \d+ cards?$/ })
      .first()
      .click({ timeout: 120_000 });
    const looks = new LooksPage(page);
    await looks.drawn();
    await inspect('looks');
    expect(await looks.allGood()).toBe(2);
    await inspect('looks-done');

    await page.getByRole('link', { name: 'Back to the batch' }).click();
    await batch.tab('Cards');
    await inspect('batch-cards');
    await batch.tab('Balance and close');
    await page.getByText('The balance is zero and nothing is outstanding.').waitFor();
    const printers = await page.getByText(/fed \d+ blanks?/).allInnerTexts();
    expect(printers.map((text) => text.split(' ')[0])).toEqual(['CWT-0001', 'CWT-0002']);
    await inspect('balance');

    await batch.command('Request close');
    await approval.shown();
    await inspect('close-statement');
    await approval.sign('samuel');
    await approval.goOn();
    await batch.shown();
    await page.getByText('This batch is closed.').waitFor({ timeout: 30_000 });
    await inspect('closed');
    expect(
      readFileSync(await batch.report())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
    await batch.tab('Signatures');
    await inspect('batch-signatures');

    await visit('Production', 'run-idle');
    await visit('Devices');
    const pairing = page.getByRole('region', { name: 'Printers and their chip encoders' });
    const prove = pairing.getByRole('button', { name: 'Prove the pairing of Line 1' });
    await prove.click();
    // The button works again once the test card is in the reject box.
    await eventually('line 1 paired anew', async () => ((await prove.isEnabled()) ? 'answered' : undefined));
    expect(await pairing.getByRole('alert').count()).toBe(0);
    await eventually('both lines paired', async () =>
      (await pairing.getByText('Paired', { exact: true }).count()) === 2 ? 'paired' : undefined,
    );
    await inspect('pairing');
    await visit('About');
  },
);

test.skipIf(!possible)('a supervisor verifies the journal in the same window', async () => {
  const { page } = window;
  const frame = new Frame(page);
  await frame.logOut();
  const login = new LoginPage(page);
  await login.shown();
  await login.logIn('sofia');
  await inspect('supervisor-home');
  await visit('Signatures');
  await frame.goTo('Journal');
  await page.getByRole('button', { name: 'Verify the journal' }).click();
  await page.getByText('The journal is whole.').waitFor();
  await inspect('journal');
});

test.skipIf(!possible)('who is limited to one issuer sees nothing of the other', async () => {
  const { page } = window;
  const frame = new Frame(page);
  await frame.logOut();
  await new LoginPage(page).logIn('oscar');
  await frame.goTo('Batches');
  await page
    .getByRole('button', { name: /^Pull / })
    .first()
    .waitFor();
  expect(await page.getByRole('main').innerText()).not.toMatch(/mercato/i);
});

test.skipIf(!possible)('axe finds nothing on any of these screens', () => {
  expect(seen).toEqual([]);
});

test.skipIf(!possible)('the content policy reports nothing, and the console holds no error', () => {
  expect(window.trouble).toEqual({ policy: [], errors: [] });
});
