import { cpSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BatchFlow } from '../flows/batch-flow.ts';
import { batchAtCms } from '../flows/made-batch.ts';
import { lockPatience } from '../stations/lock-patience.ts';
import { ownFolder } from '../stations/own-folder.ts';
import { acquirePcscd, pcscdInstalled } from '../stations/pcscd.ts';
import type { HeldPcscd } from '../stations/pcscd.ts';
import { startStation } from '../stations/training-station.ts';
import type { WindowClient } from '../stations/window-client.ts';
import { cardInReader } from '../flows/judged-card.ts';
import { combinedErrors, dynamicErrors, planted, terminalErrors } from './planted-errors.ts';
import type { PlantedError } from './planted-errors.ts';
import { judgeCard } from './terminal/judge-card.ts';
import type { AuthorityKey } from './terminal/offline-authentication.ts';

const possible = pcscdInstalled();
if (!possible) process.stdout.write('skipped: the second terminal (missing: pcscd)\n');

const application = 'F04357524947485401';
const judged = ['debit-online-dda@1', 'debit-offline-cda@1'] as const;
const ofBothSides = 'debit-dual-cda@1';

const stack = new AsyncDisposableStack();
let held: HeldPcscd;
let authorities: readonly AuthorityKey[];
let chips: string;
const cards = new Map<string, string>();

/** The authority's public key, as the station's journal has it from the scheme. */
async function authoritiesOf(window: WindowClient): Promise<readonly AuthorityKey[]> {
  const { entries } = await window.call<{ entries: readonly { payload: string | null }[] }>('journal.search', {
    kind: 'scheme-authority.imported',
  });
  return entries.map(({ payload }) => {
    const key = JSON.parse(payload ?? '{}') as { rid: string; index: number; modulus: string; exponent: string };
    const index = key.index.toString(16).padStart(2, '0').toUpperCase();
    const [modulus, exponent] = [Buffer.from(key.modulus, 'hex'), Buffer.from(key.exponent, 'hex')];
    return { rid: key.rid.toUpperCase(), index, modulus, exponent };
  });
}

const linesOf = (data: string, part: 'chips' | 'pictures'): readonly string[] =>
  [1, 2].map((line) => path.join(data, 'devices', `printer-${line}`, part));

/** Names of the good cards that the station's printers have put out. */
function goodCards(data: string): readonly string[] {
  return linesOf(data, 'pictures')
    .flatMap((folder) => readdirSync(folder).map((name) => path.join(folder, name)))
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(file, 'utf8')) as { readonly card: string; readonly disposition: string })
    .flatMap(({ card, disposition }) => (disposition === 'good' ? [card] : []));
}

beforeAll(async () => {
  if (!possible) return;
  held = await acquirePcscd();
  stack.defer(() => held.release());
  const folder = stack.use(ownFolder('terminal-judge')).path;
  await using station = await startStation(path.join(folder, 'station'));
  using window = await station.window();
  await window.logIn('olivia');
  for (const product of [...judged, ofBothSides] as const) {
    const kind = product === ofBothSides ? 'dual' : 'contact';
    for (const line of [1, 2]) {
      await window.call('stock.load', { lot: `LOT-northbank-emv-${kind}-${line}`, line: `line-${line}` });
    }
    const flow = new BatchFlow(window, await batchAtCms(station, product, 1));
    await flow.pull();
    await flow.until('ready');
    await flow.release();
    await flow.start();
    await flow.made();
    const [card] = goodCards(station.data).filter((name) => ![...cards.values()].includes(name));
    cards.set(product, card ?? '');
  }
  authorities = await authoritiesOf(window);
  await station.end();
  chips = path.join(folder, 'chips');
  for (const folder of linesOf(station.data, 'chips')) cpSync(folder, chips, { recursive: true });
}, lockPatience);

afterAll(async () => {
  await stack.disposeAsync();
});

const terminal = () => ({ known: [application.slice(0, 10)], authorities, today: new Date() });

const errorsOf: Readonly<Record<(typeof judged)[number], readonly PlantedError[]>> = {
  'debit-online-dda@1': [...terminalErrors, ...dynamicErrors],
  'debit-offline-cda@1': [...terminalErrors, ...combinedErrors],
};

describe.skipIf(!possible).each(judged)('a second terminal and a finished card of %s', (product) => {
  test(`takes it, and objects to each of ${errorsOf[product].length} planted errors`, async () => {
    const [reader] = held.readers;
    if (reader === undefined) throw new Error('a virtual reader is needed');
    await using card = await cardInReader(reader, cards.get(product) ?? '', ['--state', chips]);
    const setup = { ...terminal(), method: { kind: 'list', names: [application] } } as const;
    expect(await judgeCard(card.connected.exchange, setup)).toEqual([]);
    const unseen: string[] = [];
    for (const error of errorsOf[product]) {
      await card.connected.reset();
      const findings = await judgeCard(planted(card.connected.exchange, error), setup);
      if (findings.length === 0) unseen.push(error.name);
    }
    expect(unseen).toEqual([]);
    await card.connected.reset();
    expect(await judgeCard(card.connected.exchange, setup)).toEqual([]);
  });
});

describe.skipIf(!possible).each([
  ['contact', 'contact-directory'],
  ['contactless', 'contactless-directory'],
] as const)('a second terminal and the %s side of a finished card', (side, kind) => {
  test(`finds its application by the ${kind} and takes it`, async () => {
    const [reader] = held.readers;
    if (reader === undefined) throw new Error('a virtual reader is needed');
    await using card = await cardInReader(reader, cards.get(ofBothSides) ?? '', ['--state', chips, '--side', side]);
    expect(await judgeCard(card.connected.exchange, { ...terminal(), method: { kind } })).toEqual([]);
  });
});
