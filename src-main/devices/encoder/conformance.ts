import assert from 'node:assert/strict';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { CardLink, CardReader } from './port.ts';

/** Ways in which a card can fail; `apdu` counts the commands since it was put in, from 1. */
export type CardTrouble =
  | { readonly kind: 'mute' }
  | { readonly kind: 'pulled'; readonly apdu: number }
  | { readonly kind: 'never-answers'; readonly apdu: number }
  | { readonly kind: 'slow'; readonly milliseconds: number };

/** A reader with a driver on it, and a hand that puts cards in and takes them out. The cards are GlobalPlatform cards. */
export interface ReaderUnderTest {
  readonly reader: CardReader;
  readonly serial: string;
  /** Puts a fresh card in; the trouble is this card's. */
  insert(trouble?: CardTrouble): Promise<void>;
  remove(): Promise<void>;
}

export interface ConformanceCase<Machine> {
  readonly name: string;
  run(machine: Machine): Promise<void>;
}

/** SELECT of the issuer security domain (GPC 2.3.1, 11.9), and GET DATA of the production life cycle data. */
const select = fromHex('00A4040008A00000015100000000');
const getCplc = fromHex('80CA9F7F00');
const patience = 20_000;
const insertion = 3000;

function soon(): AbortSignal {
  return AbortSignal.timeout(patience);
}

function waiting(deadline: number): { readonly deadline: number; readonly signal: AbortSignal } {
  return { deadline, signal: soon() };
}

async function expectFault(act: Promise<unknown>, ...codes: readonly string[]): Promise<void> {
  try {
    await act;
  } catch (fault) {
    assert.ok(fault instanceof StationFault, `no fault of the catalogue: ${String(fault)}`);
    assert.ok(codes.includes(fault.code), `${fault.code} instead of ${codes.join(' or ')}`);
    return;
  }
  throw new assert.AssertionError({ message: `no fault, expected ${codes.join(' or ')}` });
}

async function speaks(link: CardLink): Promise<void> {
  const answer = toHex(await link.exchange(select, waiting(5000)));
  assert.match(answer, /^6f.*9000$/);
}

async function connected(machine: ReaderUnderTest): Promise<CardLink> {
  await machine.reader.waitForCard(waiting(insertion));
  return machine.reader.connect(soon());
}

/** Whatever was before: the reader becomes empty, takes a card, and the card speaks. */
async function startsClean(machine: ReaderUnderTest): Promise<void> {
  await machine.remove();
  await machine.reader.waitForRemoval(waiting(insertion));
  assert.deepEqual(await machine.reader.state(soon()), { kind: 'empty' });
  await machine.insert();
  const link = await connected(machine);
  await speaks(link);
  await link.close();
}

/** What every driver of a chip encoder must do. */
export const readerConformance: readonly ConformanceCase<ReaderUnderTest>[] = [
  {
    name: 'an empty reader is empty, and no card comes',
    run: async ({ reader, serial }) => {
      assert.equal(reader.serial, serial);
      assert.deepEqual(await reader.state(soon()), { kind: 'empty' });
      const began = performance.now();
      await expectFault(reader.waitForCard(waiting(300)), 'ENCODER-NO-CARD');
      assert.ok(performance.now() - began < 2000, 'the deadline is kept');
      await expectFault(reader.connect(soon()), 'ENCODER-NO-CARD');
    },
  },
  {
    name: 'a card is seen, speaks, is put down and taken up again, and goes',
    run: async (machine) => {
      const { reader } = machine;
      const seen = reader.waitForCard(waiting(insertion));
      await machine.insert();
      await seen;
      const state = await reader.state(soon());
      assert.equal(state.kind, 'card');
      const link = await reader.connect(soon());
      assert.deepEqual(state, { kind: 'card', atr: link.atr });
      await speaks(link);
      const cplc = await link.exchange(getCplc, waiting(5000));
      assert.equal(toHex(cplc.slice(-2)), '9000');
      await expectFault(reader.waitForRemoval(waiting(300)), 'ENCODER-CARD-STAYS');
      await link.close();
      await expectFault(link.exchange(select, waiting(1000)), 'CARD-GONE');
      const again = await reader.connect(soon());
      assert.deepEqual(await again.exchange(getCplc, waiting(5000)), cplc);
      await again.close();
      await machine.remove();
      await reader.waitForRemoval(waiting(insertion));
      assert.deepEqual(await reader.state(soon()), { kind: 'empty' });
    },
  },
  {
    name: 'an answer of any length and status word is passed on as it is',
    run: async (machine) => {
      await machine.insert();
      const link = await connected(machine);
      assert.equal(toHex(await link.exchange(fromHex('00A4040006A0000000FF0100'), waiting(5000))), '6a82');
      // A command of 255 data bytes to a card that has no such instruction.
      const long = fromHex(`00EE0000FF${'5A'.repeat(255)}`);
      assert.match(toHex(await link.exchange(long, waiting(5000))), /^6[0-9a-f]{3}$/);
      await speaks(link);
      await link.close();
    },
  },
  {
    name: 'a card that is pulled in the middle is CARD-GONE, and so is every exchange after',
    run: async (machine) => {
      await machine.insert({ kind: 'pulled', apdu: 2 });
      const link = await connected(machine);
      await speaks(link);
      await expectFault(link.exchange(getCplc, waiting(5000)), 'CARD-GONE');
      await expectFault(link.exchange(getCplc, waiting(5000)), 'CARD-GONE');
      await link.close();
      await machine.reader.waitForRemoval(waiting(insertion));
      await startsClean(machine);
    },
  },
  {
    name: 'a card that is taken out between exchanges is CARD-GONE',
    run: async (machine) => {
      await machine.insert();
      const link = await connected(machine);
      await speaks(link);
      await machine.remove();
      await expectFault(link.exchange(getCplc, waiting(5000)), 'CARD-GONE');
      await link.close();
      await startsClean(machine);
    },
  },
  {
    name: 'a card that never answers is ENCODER-DEADLINE, and the reader comes back when the card goes',
    run: async (machine) => {
      await machine.insert({ kind: 'never-answers', apdu: 2 });
      const link = await connected(machine);
      await speaks(link);
      const began = performance.now();
      await expectFault(link.exchange(getCplc, waiting(700)), 'ENCODER-DEADLINE');
      assert.ok(performance.now() - began < 3000, 'the deadline is kept');
      await expectFault(link.exchange(getCplc, waiting(700)), 'ENCODER-DEADLINE');
      await link.close();
      const { kind } = await machine.reader.state(soon());
      assert.ok(kind === 'held' || kind === 'card' || kind === 'empty', kind);
      await startsClean(machine);
    },
  },
  {
    name: 'an aborted exchange ends at once with the signal’s reason',
    run: async (machine) => {
      await machine.insert({ kind: 'slow', milliseconds: 1500 });
      const link = await connected(machine);
      const stop = new AbortController();
      const reason = new StationFault('STATION-STOPPING');
      const exchange = link.exchange(select, { deadline: patience, signal: stop.signal });
      setTimeout(() => stop.abort(reason), 100);
      const began = performance.now();
      await assert.rejects(exchange, (fault) => fault === reason);
      assert.ok(performance.now() - began < 1000, 'at once');
      await link.close();
      await startsClean(machine);
    },
  },
  {
    name: 'a slow card is waited for',
    run: async (machine) => {
      await machine.insert({ kind: 'slow', milliseconds: 400 });
      const link = await connected(machine);
      const began = performance.now();
      await speaks(link);
      assert.ok(performance.now() - began > 350);
      await link.close();
    },
  },
  {
    name: 'a mute card is no card, or said to be mute',
    run: async (machine) => {
      await machine.insert({ kind: 'mute' });
      await expectFault(machine.reader.waitForCard(waiting(1000)), 'ENCODER-NO-CARD', 'CARD-MUTE');
      await startsClean(machine);
    },
  },
  {
    name: 'an aborted wait ends with the signal’s reason',
    run: async (machine) => {
      const reason = new StationFault('STATION-STOPPING');
      const stop = new AbortController();
      const wait = machine.reader.waitForCard({ deadline: patience, signal: stop.signal });
      setTimeout(() => stop.abort(reason), 100);
      const began = performance.now();
      await assert.rejects(wait, (fault) => fault === reason);
      assert.ok(performance.now() - began < 1500, 'soon');
      await startsClean(machine);
    },
  },
  {
    name: 'twenty cards come and go',
    run: async (machine) => {
      for (let turn = 0; turn < 20; turn++) await startsClean(machine);
    },
  },
];
