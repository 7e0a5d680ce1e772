import { beforeEach, describe, expect, test } from 'vitest';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { Chip } from './chip.ts';
import { parseChipState } from './chip-state.ts';
import type { ChipState } from './chip-state.ts';
import { byte, cmac, HandWrittenHost } from './hand-written-host.ts';
import { newChip } from './new-chip.ts';
import { trainingCard } from './training-card.ts';

const testKey = '404142434445464748494a4b4c4d4e4f';
const isd = '00A4040008A00000015100000000';
const application = `00A4040009${trainingCard.aid}00`;

function make(scpParameter = 0x70, key = testKey): ChipState {
  return newChip({
    seed: 'test',
    cardId: 'EV1-000001',
    keys: { enc: key, mac: key, dek: key },
    keyVersion: 0x30,
    scpParameter,
    applicationAid: trainingCard.aid.toLowerCase(),
    iin: '999999',
    cardLifeCycle: 0x0f,
  });
}

let chip: Chip;
const send = (command: string): string => toHex(chip.exchange(fromHex(command))).toUpperCase();
const host = (key?: string, macLength?: number): HandWrittenHost =>
  new HandWrittenHost((command) => Promise.resolve(send(command)), key?.toUpperCase(), macLength);

beforeEach(() => {
  chip = new Chip(make());
  chip.reset();
});

describe('secure channel protocol 03', () => {
  const registry = 'E3134F08A0000001510000009F70010FC5039EFE809000';
  const offered = [
    { parameter: 0x00, levels: [0x00, 0x01, 0x03], refused: 0x11 },
    { parameter: 0x10, levels: [0x01, 0x03], refused: 0x33 },
    { parameter: 0x20, levels: [0x11, 0x13], refused: 0x33 },
    { parameter: 0x30, levels: [0x03, 0x13], refused: 0x33 },
    { parameter: 0x60, levels: [0x13, 0x33], refused: 0x31 },
    { parameter: 0x70, levels: [0x00, 0x01, 0x03, 0x11, 0x13, 0x33], refused: 0x02 },
    { parameter: 0x71, levels: [0x03, 0x33], refused: 0x10 },
  ];
  for (const { parameter, levels, refused } of offered) {
    test(`i=${byte(parameter)} offers levels ${levels.map(byte).join(' ')} and not ${byte(refused)}`, async () => {
      chip = new Chip(make(parameter));
      const size = (parameter & 1) === 0 ? 8 : 16;
      const challenge = '00112233445566778899AABBCCDDEEFF'.slice(0, size * 2);
      for (const level of levels) {
        const own = host(undefined, size);
        expect(await own.open(level, challenge)).toBe('9000');
        expect(own.initialized.length).toBe((10 + 3 + 2 * size + ((parameter & 0x10) === 0 ? 0 : 3) + 2) * 2);
        // Twice: the second command proves chaining value and counter.
        expect(await own.send('80F28002', '4F00', '00')).toBe(registry);
        expect(await own.send('80CA9F7F', '', '00')).toMatch(/^9F7F2A.{84}9000$/);
        expect(await own.send('80F28002', '4F00', '00')).toBe(registry);
      }
      expect(await host(undefined, size).open(refused, challenge)).toBe('6A86');
    });
  }

  test.each(['4041424344454647'.repeat(3), '4041424344454647'.repeat(4)])('AES key %s', async (key) => {
    chip = new Chip(make(0x70, key));
    const own = host(key);
    expect(await own.open(0x33)).toBe('9000');
    expect(await own.send('80F28002', '4F00', '00')).toBe(registry);
    expect(send('00A4040000')).toMatch(/9000$/);
    expect(send('80CA00E000')).toContain(`013088${byte(key.length / 2)}`);
  });

  test('the pseudo-random challenge follows from counter and AID, the counter goes up with each opened session', async () => {
    const own = host();
    await own.open(0x01);
    const first = own.initialized;
    await own.open(0x01);
    expect([first.slice(-10, -4), own.initialized.slice(-10, -4)]).toEqual(['000000', '000001']);
    const derived = (sequence: string): string =>
      cmac(testKey.toUpperCase(), `${'00'.repeat(11)}0200004001${sequence}A000000151000000`).slice(0, 16);
    expect([first.slice(26, 42), own.initialized.slice(26, 42)]).toEqual([derived('000000'), derived('000001')]);
  });

  test('ten wrong cryptograms in a row block the keys, nine and a right one do not', async () => {
    const wrong = async (): Promise<string> => host().open(0x01, undefined, 1);
    for (let each = 0; each < 9; each++) expect(await wrong()).toBe('6300');
    expect(await host().open(0x01)).toBe('9000');
    for (let each = 0; each < 10; each++) expect(await wrong()).toBe('6300');
    expect(send('8050000008000102030405060700')).toBe('6983');
    chip = new Chip(parseChipState(JSON.stringify(chip.state)));
    expect(send('8050000008000102030405060700')).toBe('6983');
    expect(chip.state.counters).toEqual({
      personalisations: 0,
      initializeUpdates: 20,
      authentications: 1,
      failedAuthentications: 19,
    });
  });

  test('a command without its MAC, with a wrong one or a repeated one ends the session', async () => {
    const commands: string[] = [];
    const own = new HandWrittenHost((command) => {
      commands.push(command);
      return Promise.resolve(send(command));
    });
    const good = async (): Promise<string> => own.send('80F28002', '4F00', '00');
    await own.open(0x01);
    expect(await good()).toBe(registry);
    expect(send(commands.at(-1) ?? '')).toBe('6982');
    expect(await good()).toBe('6982');
    await own.open(0x01);
    expect(send('80F28002024F0000')).toBe('6982');
    expect(await good()).toBe('6982');
    await own.open(0x01);
    chip.reset();
    expect(await good()).toBe('6982');
  });

  test('a chip with other keys shows another cryptogram', async () => {
    chip = new Chip(make(), { keyMask: 0x5a });
    await expect(host().open(0x01)).rejects.toThrow('wrong card cryptogram');
  });

  test('the registry lists domain, application, load file and module; the card life cycle only goes forward', async () => {
    const own = host();
    await own.open(0x01);
    const status = (kind: string, aid = ''): Promise<string> =>
      own.send(`80F2${kind}02`, `4F${byte(aid.length / 2)}${aid}`, '00');
    expect([
      await status('40', 'F04357'),
      await status('20'),
      await status('10'),
      await status('40', 'A1'),
      await own.send('80F24000', '4F00', '00'),
    ]).toEqual([
      'E3294F09F043575249474854019F700107C503000000C409F04357524947485400CC08A0000001510000009000',
      'E3194F09F043575249474854009F700101CC08A0000001510000009000',
      'E3254F09F043575249474854009F700101840AF0435752494748540001CC08A0000001510000009000',
      '6A88',
      '09F0435752494748540107009000',
    ]);
    expect(await own.send('80F08007')).toBe('6985');
    expect(await own.send('80F0807F')).toBe('9000');
    expect(send(application)).toBe('6A82');
    expect(send(isd)).toMatch(/6283$/);
    await own.open(0x01);
    expect(await own.send('80F080FF')).toBe('9000');
    expect([send(isd), send('80CA9F7F00').slice(-4)]).toEqual(['6985', '9000']);
  });
});
