import { afterAll, beforeAll, expect, test } from 'vitest';
import { chromiumInstalled, type ChromiumWindow } from './pages/chromium-window.ts';
import { Frame } from './pages/frame.ts';
import { openLoggedIn } from './stations/print-window.ts';
import { askControl } from './stations/control-line.ts';
import { programs } from './stations/programs.ts';
import { startProgram } from './stations/started-program.ts';

const possible = chromiumInstalled();

const stack = new AsyncDisposableStack();
let window: ChromiumWindow;
let toCard: (request: Readonly<Record<string, unknown>>) => Promise<unknown>;
const seen: string[] = [];

function placeOf(address: unknown): { readonly host: string; readonly port: number } {
  const [host = '', port = ''] = typeof address === 'string' ? address.split(':') : [];
  return { host, port: Number(port) };
}

/** One line with a virtual printer and a virtual card in a reader of its own, so that no reader of the machine is needed. */
async function startLine(): Promise<Readonly<Record<string, unknown>>> {
  const open = ['--control', '127.0.0.1:0'];
  const reader = ['--framing', 'tcp-listen', '127.0.0.1:0', '--contacts', '127.0.0.1:0', '--orphan', 'exit'];
  const card = await startProgram(programs.card, [...open, ...reader]);
  stack.defer(() => card.end());
  const serial = 'INS-0001';
  const words = ['--listen', '127.0.0.1:0', '--serial', serial, '--cards', '20', '--ribbon', 'ymcko:50'];
  const contacts = String(card.ready['contacts']);
  const printer = await startProgram(programs.printer, [
    ...open,
    ...words,
    '--contacts',
    contacts,
    '--until-stdin-ends',
  ]);
  stack.defer(() => printer.end());
  toCard = (request) => askControl(String(card.ready['control']), request);
  return {
    line: 'line-1',
    title: 'Line 1',
    printer: {
      driver: 'evolis',
      serial,
      model: 'Virtual card printer',
      environment: 'test',
      link: { kind: 'tcp', ...placeOf(printer.ready['listen']) },
    },
    reader: {
      serial: 'line-1-reader',
      model: 'Virtual reader',
      environment: 'test',
      link: { kind: 'socket', ...placeOf(card.ready['vpcd']) },
    },
  };
}

beforeAll(async () => {
  if (!possible) return;
  const line = await startLine();
  ({ window } = await openLoggedIn(
    stack,
    { folder: 'inspector', pictures: 'cardwright-inspector-screens', person: 'sofia' },
    [line],
  ));
  window.page.setDefaultTimeout(30_000);
}, 240_000);

afterAll(async () => {
  await stack.disposeAsync();
});

async function inspect(name: string): Promise<void> {
  await new Frame(window.page).settled();
  seen.push(...(await window.inspect(name)));
}

test.skipIf(!possible)(
  'from Devices to the reader of a line, with the keyboard; an empty reader is said',
  async () => {
    const { page } = window;
    await new Frame(page).goTo('Devices');
    const link = page.getByRole('link', { name: 'Inspect the card on the reader of Line 1' });
    await link.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Card on the reader of Line 1', level: 1 }).waitFor();
    await inspect('nothing-read');
    const read = page.getByRole('button', { name: 'Read the card' });
    await read.focus();
    await page.keyboard.press('Enter');
    await page.getByText('No card on the reader').waitFor();
    await inspect('no-card');
  },
  60_000,
);

test.skipIf(!possible)(
  'a card put in is read: structure, keys, applications, and each command with its time',
  async () => {
    const { page } = window;
    await toCard({ insert: 'inspected-1' });
    await page.getByRole('button', { name: 'Read again' }).click();
    await page.getByText(/^Read in \d+ ms, \d+ commands$/).waitFor();
    const part = (name: string) => page.getByRole('region', { name, exact: true });
    expect(await part('Structure').innerText()).toMatch(/3BE000008131FE45EB[\s\S]*SCP03 i=70/);
    expect(await part('Keys').innerText()).toMatch(/48\s+1\s+AES/);
    expect(await part('Applications').innerText()).toMatch(/F04357524947485401\s+There\s+9000, done/);
    expect(await part('Commands').innerText()).toMatch(/80CA9F7F[\s\S]*Total[\s\S]*\d+\.\d$/);
    await inspect('read');
  },
  60_000,
);

test.skipIf(!possible)(
  'with the keys of a product the registry is listed in words',
  async () => {
    const { page } = window;
    await page.getByText('This costs the card one try of its keys', { exact: false }).waitFor();
    await page.getByRole('combobox', { name: 'Product' }).click();
    await page.getByRole('option', { name: 'Northbank Debit', exact: true }).click();
    await page.getByRole('button', { name: 'Try its keys once' }).click();
    const registry = page.getByRole('region', { name: 'On the card, as its registry says' });
    await registry.waitFor();
    expect(await registry.innerText()).toMatch(/A000000151000000\s+SECURED\s+security domain/);
    await inspect('with-keys');
    await page.getByRole('region', { name: 'Commands', exact: true }).scrollIntoViewIfNeeded();
    await inspect('with-keys-commands');
  },
  60_000,
);

test.skipIf(!possible)('axe finds nothing, the content policy reports nothing, and the console holds no error', () => {
  expect(seen).toEqual([]);
  expect(window.trouble).toEqual({ policy: [], errors: [] });
});
