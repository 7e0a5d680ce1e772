import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ascii, concatBytes, latin1 } from '../../../bytes/bytes.ts';
import { StationFault } from '../../../faults/station-fault.ts';
import { errorCause, parseAnswer, readCardPlace, readCount, readVolts, takeAnswer } from './answer.ts';
import { evolisCommand, padWithNul } from './command-line.ts';
import { evolis } from './commands.ts';
import { compressColour, compressedPanelCommand, compressMono, packPanel, rawPanelCommand } from './panel-data.ts';
import { landscape, panelLength, printerOrder, rotateToPrinterOrder } from './panel-image.ts';

describe('commands', () => {
  it.each([
    [evolis.readFirmware(), '\x1bRfv\r'],
    [evolis.setErrorMode(2), '\x1bPem;2\r'],
    [evolis.setContrast('k', 10), '\x1bPc;k;=;10\r'],
    [evolis.setInsertion('F'), '\x1bPmi;F\r'],
    [evolis.loadTrack(1, 'B4111^DOE/JOHN^3012101'), '\x1bDm;1;B4111^DOE/JOHN^3012101\r'],
    [evolis.fillPanel('o', 255), '\x1bWcb;o;255\r'],
    [evolis.moveToContactStation(), '\x1bSis\r'],
  ])('writes %#', (bytes, text) => {
    expect(latin1(bytes)).toBe(text);
  });
  it('refuses control characters in a parameter', () => {
    for (const text of ['1;2', 'a\rb', '\x1b', 'é']) {
      expect(() => evolisCommand('Dm', 1, text)).toThrow(expect.objectContaining({ code: 'PRINTER-COMMAND' }));
    }
  });
  it('fills up to 64 bytes', () => {
    expect([1, 64, 65].map((length) => padWithNul(new Uint8Array(length)).length)).toEqual([64, 64, 128]);
  });
});

describe('answers', () => {
  it('takes whole answers off a stream, whatever its pieces', () => {
    const stream = ascii('OK\0\0NO CARD\0ERR RIB DETECTION\0' + '5,00 Volts\0OK');
    const seen: unknown[] = [];
    let held: Uint8Array = new Uint8Array();
    for (const byte of stream) {
      held = concatBytes(held, Uint8Array.of(byte));
      for (let taken = takeAnswer(held); taken !== undefined; taken = takeAnswer(held)) {
        seen.push(taken.answer);
        held = taken.rest;
      }
    }
    expect(seen).toEqual([
      { kind: 'ok' },
      { kind: 'value', text: 'NO CARD' },
      { kind: 'error', text: 'ERR RIB DETECTION' },
      { kind: 'value', text: '5,00 Volts' },
    ]);
    expect(latin1(held)).toBe('OK');
  });
  it('reads places, volts, counts and causes', () => {
    const of = (text: string): ReturnType<typeof parseAnswer> => parseAnswer(ascii(text));
    expect(
      ['OK', 'NO CARD', 'CARD', 'SMART CARD', 'CONTACTLESS CARD', 'WHAT'].map((text) => readCardPlace(of(text))),
    ).toEqual(['none', 'none', 'print', 'contact-station', 'contactless-station', 'unknown']);
    expect([readVolts(of('5,00 Volts')), readVolts(of('0,42 Volts')), readVolts(of('OK'))]).toEqual([
      5,
      0.42,
      undefined,
    ]);
    expect([readCount(of('250')), readCount(of('many'))]).toEqual([250, undefined]);
    expect(['ERROR CDE', 'ERR RIB DETECTION', 'ERR COVER OPEN', 'ERR FEEDER', 'ERR X'].map(errorCause)).toEqual([
      'command',
      'ribbon',
      'cover',
      'feeder',
      'other',
    ]);
  });
  it('refuses what is no text or does not end', () => {
    expect(() => parseAnswer(Uint8Array.of(0x80, 0x41))).toThrow(expect.objectContaining({ code: 'PRINTER-ANSWER' }));
    expect(() => takeAnswer(new Uint8Array(1025).fill(0x41))).toThrow(
      expect.objectContaining({ code: 'PRINTER-ANSWER' }),
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        try {
          takeAnswer(bytes);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(StationFault);
        }
      }),
    );
  });
});

describe('panels', () => {
  const full = new Uint8Array(panelLength).fill(255);
  const blank = new Uint8Array(panelLength);

  it('sends the bottom left corner first and the top right corner last', () => {
    const image = new Uint8Array(panelLength);
    const put = (x: number, y: number, value: number): void => {
      image[y * landscape.width + x] = value;
    };
    put(0, 647, 1);
    put(0, 0, 2);
    put(1, 647, 3);
    put(1015, 647, 4);
    put(1015, 0, 5);
    const turned = rotateToPrinterOrder(image);
    const { dotsPerLine, lines } = printerOrder;
    expect([
      turned[0],
      turned[dotsPerLine - 1],
      turned[dotsPerLine],
      turned[(lines - 1) * dotsPerLine],
      turned.at(-1),
    ]).toEqual([1, 2, 3, 4, 5]);
    expect(() => rotateToPrinterOrder(new Uint8Array(5))).toThrow(expect.objectContaining({ code: 'PRINTER-PANEL' }));
  });
  it('packs the sizes of the public drivers', () => {
    expect(([1, 5, 6, 7] as const).map((depth) => packPanel(full, depth).length)).toEqual([
      82_296, 411_480, 493_776, 576_072,
    ]);
    const dots = blank.slice();
    dots.set([255, 0, 128, 2, 0, 0, 0, 255]);
    expect([...packPanel(dots, 1).subarray(0, 2)]).toEqual([0b10100001, 0]);
    expect([...packPanel(dots, 7).subarray(0, 7)]).toEqual([0xfe, 0x02, 0x00, 0x10, 0x00, 0x00, 0x7f]);
  });
  it('compresses full black to 83,312 bytes as the maker does', () => {
    const black = compressMono(full);
    expect([black.length, black[0], black[1]]).toEqual([83_312, 81, 0xff]);
    expect(compressMono(full, 'compact').length).toBe(1016);
    expect([compressMono(blank).length, compressMono(blank, 'compact').length]).toEqual([2032, 1016]);
  });
  it('writes the heads of real jobs', () => {
    expect(latin1(compressedPanelCommand('k', 1, full).subarray(0, 16))).toBe('\x1bDbc;k;2;83312;\x51');
    expect(latin1(rawPanelCommand('y', 7, full).subarray(0, 10))).toBe('\x1bDb;y;128;');
    expect(() => rawPanelCommand('k', 7, full)).toThrow(expect.objectContaining({ code: 'PRINTER-PANEL' }));
    expect(compressedPanelCommand('y', 6, blank).at(-1)).toBe(0x0d);
  });
  it('writes runs within a line and white lines as 80 00', () => {
    const dots = blank.slice();
    dots.fill(255, 0, 256);
    dots[256] = 128;
    expect([...compressColour(dots, 7).subarray(0, 11)]).toEqual([
      0xff, 255, 127, 64, 0x80, 255, 0x80, 136, 0x80, 0, 0x80,
    ]);
    expect([...compressColour(dots, 6).subarray(0, 8)]).toEqual([0xbf, 255, 63, 32, 0xc0, 391 & 255, 0x80, 0]);
  });

  /** A reader written from the guide, for the round trip only. */
  function expand(data: Uint8Array, depth: 6 | 7): number[] {
    const levels: number[] = [];
    for (let at = 0; at < data.length; at++) {
      const byte = data[at] ?? 0;
      if (byte < 0x80) {
        levels.push(byte);
        continue;
      }
      const count = data[++at] ?? 0;
      const more = depth === 6 && (byte & 0x40) !== 0 ? 256 : 0;
      const run = count + more === 0 ? 648 : count + more;
      for (let dot = 0; dot < run; dot++) levels.push(byte & (depth === 6 ? 0x3f : 0x7f));
    }
    return levels;
  }
  it.each([6, 7] as const)('loses nothing at %i bits', (depth) => {
    const run = fc.record({ amount: fc.integer({ min: 0, max: 255 }), count: fc.integer({ min: 1, max: 900 }) });
    fc.assert(
      fc.property(fc.array(run, { minLength: 1, maxLength: 40 }), (runs) => {
        const dots = blank.slice();
        let at = 5000;
        for (const { amount, count } of runs) dots.fill(amount, at, (at += count));
        const levels = Uint8Array.from(expand(compressColour(dots, depth), depth));
        expect(levels).toEqual(dots.map((amount) => amount >> (8 - depth)));
      }),
      { numRuns: 10 },
    );
  });
});
