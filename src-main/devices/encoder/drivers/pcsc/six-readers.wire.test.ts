import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { acquirePcscd, pcscdInstalled, type HeldPcscd } from '../../../../../e2e/stations/pcscd.ts';
import type { CardLink } from '../../port.ts';
import { VirtualCardUnderTest } from '../test-virtual-card.ts';
import { PcscReader } from './pcsc-reader.ts';

const select = fromHex('00A4040008A00000015100000000');
/** GET DATA of the key information template, long enough to be fetched in a second step with T=0. GPC_SPE_034 v2.3.1 §11.3.3.1. */
const getKeys = fromHex('80CA00E000');
const signal = (): AbortSignal => AbortSignal.timeout(30_000);

/** What each of the six is: one speaks T=0, one is seen from its contactless side, the others are as usual. */
const kinds: readonly (readonly string[])[] = [
  [],
  ['--protocol', 't0'],
  ['--side', 'contactless', '--blank', 'dual'],
  [],
  [],
  [],
];

describe.skipIf(!pcscdInstalled())('six readers at once', () => {
  let held: HeldPcscd;
  const machines: VirtualCardUnderTest[] = [];

  beforeAll(async () => {
    held = await acquirePcscd({ pairs: 3 });
    for (const [at, { name: now, port }] of held.readers.entries()) {
      const [, own] = /\((V\d)\)/.exec(now) ?? [];
      const serial = own ?? `PCSC-${at}`;
      // Another number than PC/SC gives it today: such a reader is known by its serial.
      const name = own === undefined ? now : now.replace(/00 (0[01])$/, '07 $1');
      const reader = (): PcscReader => new PcscReader({ serial, name });
      const words = ['--vpcd', `127.0.0.1:${port}`, ...(kinds[at] ?? [])];
      machines.push(await VirtualCardUnderTest.start(serial, reader, ...words));
    }
  });
  afterAll(async () => {
    for (const machine of machines) await machine.stop();
    await held.release();
  });

  async function connected(machine: VirtualCardUnderTest): Promise<CardLink> {
    await machine.reader.waitForCard({ deadline: 5000, signal: signal() });
    return machine.reader.connect(signal());
  }
  const ask = (link: CardLink, command: Uint8Array, deadline = 10_000) =>
    link.exchange(command, { deadline, signal: signal() });

  test('each has its card, by its serial, protocol and side, and a card with T=0 answers as whole as the others', async () => {
    if (held.origin !== 'ours') return;
    expect(machines).toHaveLength(6);
    for (const machine of machines) await machine.insert();
    const links = await Promise.all(machines.map(connected));
    expect(links.map(({ protocol, side }) => [protocol, side])).toEqual([
      ['T=1', 'contact'],
      ['T=0', 'contact'],
      ['T=1', 'contactless'],
      ['T=1', 'contact'],
      ['T=1', 'contact'],
      ['T=1', 'contact'],
    ]);
    const answers = await Promise.all(links.map(async (link) => [await ask(link, select), await ask(link, getKeys)]));
    for (const [control, keys] of answers) {
      expect(toHex(control ?? new Uint8Array())).toMatch(/^6f.*9000$/);
      expect(toHex(keys ?? new Uint8Array())).toBe(toHex(answers[0]?.[1] ?? new Uint8Array()));
    }
    // Each link is the one of its card: a card pulled here is gone here and nowhere else.
    await machines[4]?.remove();
    await expect(ask(links[4] as CardLink, select)).rejects.toMatchObject({ code: 'CARD-GONE' });
    for (const at of [0, 1, 2, 3, 5]) expect(toHex(await ask(links[at] as CardLink, select))).toMatch(/9000$/);
    for (const link of links) await link.close();
    for (const machine of machines) await machine.tidy();
  });

  test('a card that never answers changes nothing on the other five', async () => {
    if (held.origin !== 'ours') return;
    for (const [at, machine] of machines.entries())
      await machine.insert(at === 3 ? { kind: 'never-answers', apdu: 2 } : undefined);
    const links = await Promise.all(machines.map(connected));
    const quiet = links[3] as CardLink;
    await ask(quiet, select);
    const others = links.filter((link) => link !== quiet);
    const rounds = async (): Promise<number> => {
      const began = performance.now();
      await Promise.all(
        others.map(async (link) => {
          for (let round = 0; round < 10; round++) expect(toHex(await ask(link, select))).toMatch(/9000$/);
        }),
      );
      return performance.now() - began;
    };
    const before = await rounds();
    let hanging: 'yes' | 'no' = 'yes';
    const hung = expect(ask(quiet, getKeys, 15_000))
      .rejects.toMatchObject({ code: 'ENCODER-DEADLINE' })
      .finally(() => (hanging = 'no'));
    const during = await rounds();
    expect(hanging).toBe('yes');
    // As long as before, but for what else the machine does meanwhile.
    expect(during).toBeLessThan(before * 3 + 1000);
    await hung;
    for (const link of links) await link.close();
    for (const machine of machines) await machine.tidy();
  }, 120_000);
});
