import { describe, expect, test } from 'vitest';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { Chip } from './chip.ts';
import { byte, HandWrittenHost } from './hand-written-host.ts';
import { newChip } from './new-chip.ts';

const registry = 'E3134F08A0000001510000009F70010FC5039EFE809000';
const keys = {
  128: '4041424344454647'.repeat(2),
  192: '4041424344454647'.repeat(3),
  256: '4041424344454647'.repeat(4),
};

/** Levels that a parameter gives, and one that it does not. GPC_SPE_014 v1.1.2 §5.1. */
function levelsOf(parameter: number): { readonly highest: number; readonly refused: number } {
  if ((parameter & 0x60) === 0x60) return { highest: 0x33, refused: 0x31 };
  return (parameter & 0x20) !== 0 ? { highest: 0x13, refused: 0x33 } : { highest: 0x03, refused: 0x11 };
}

describe.each([0x00, 0x10, 0x20, 0x30, 0x60, 0x70].flatMap((each) => [each, each | 1]))('i=%i', (parameter) => {
  test.each([128, 192, 256] as const)('with AES-%i', async (bits) => {
    const key = keys[bits];
    const own = { enc: key, mac: key, dek: key };
    const fixed = { seed: 'test', cardId: 'EV1-000001', keyVersion: 0x30, iin: '999999', cardLifeCycle: 0x0f };
    const chip = new Chip(
      newChip({ ...fixed, keys: own, scpParameter: parameter, applicationAid: 'f04357524947485401' }),
    );
    const size = (parameter & 1) === 0 ? 8 : 16;
    const send = (command: string): Promise<string> =>
      Promise.resolve(toHex(chip.exchange(fromHex(command))).toUpperCase());
    const host = new HandWrittenHost(send, key.toUpperCase(), size);
    const challenge = '00112233445566778899AABBCCDDEEFF'.slice(0, size * 2);
    const { highest, refused } = levelsOf(parameter);
    expect([await host.open(refused, challenge), await host.open(highest, challenge)]).toEqual(['6A86', '9000']);
    expect(host.initialized.slice(20, 26)).toBe(`3003${byte(parameter)}`);
    expect([await host.send('80F28002', '4F00', '00'), await host.send('80F28002', '4F00', '00')]).toEqual([
      registry,
      registry,
    ]);
  });
});
