import fc from 'fast-check';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { Chip } from './chip.ts';
import { parseChipState } from './chip-state.ts';
import { HandWrittenHost } from './hand-written-host.ts';
import { newChip } from './new-chip.ts';
import { fields, loadFileBlock, tlv } from './training-package.ts';

const key = '404142434445464748494a4b4c4d4e4f';
const block = loadFileBlock({ aid: 'F04357524900', applets: ['F0435752490001'] });
const domain = fields('A0000001515350', 'A000000151535041', 'F0435752490002', 'C04000', 'C900', '');

/** Right commands of content management; what is sent is one of them, altered. */
const samples = [
  `80E60200${tlv('', fields('F04357524900', '', '', '', ''))}00`,
  `80E88000${tlv('', tlv('C4', block).slice(0, 400))}00`,
  `80E60C00${tlv('', fields('F04357524900', 'F0435752490001', 'F0435752490001', '00', 'C900', ''))}00`,
  `80E60C00${tlv('', domain)}00`,
  `80E61000${tlv('', fields('F0435752490002', '', 'F0435752490001', '', '', ''))}00`,
  `80E64000${tlv('', fields('', '', 'F0435752490001', '040000', '', ''))}00`,
  `80E62000${tlv('', fields('', '', 'F0435752490002', '', '', ''))}00`,
  `80D80081${tlv('', `20${`8810${'AB'.repeat(16)}03${'AB'.repeat(3)}`.repeat(3)}`)}00`,
  `80D80001${tlv('', `7381${'A1'.repeat(4)}`)}00`,
  `80E40080${tlv('', tlv('4F', 'F04357524900'))}00`,
  `80E40000${tlv('', 'D00101D20120')}00`,
  `80E29000${tlv('', '4203123456')}00`,
  `80E28800${tlv('', '0070054503AABBCC')}00`,
  `80F24002${tlv('', '4F005C034F9F70')}00`,
  `80F04080${tlv('', 'F0435752490001')}00`,
  '80CAFF2100',
  '80CA00E000',
].map((text) => fromHex(text.length > 520 ? text.slice(0, 520) : text));

/** What the chip made of the commands: how many it did, and how many it refused. */
export interface FuzzedChip {
  readonly done: number;
  readonly refused: number;
}

/**
 * Sends altered commands of content management through one open session without MACs. Throws where an answer is no status word with
 * data, or where what the chip keeps cannot be read back.
 */
export async function fuzzedChip(commands: number, seed: number): Promise<FuzzedChip> {
  const state = newChip({
    seed: 'test',
    cardId: 'EV1-000001',
    keys: { enc: key, mac: key, dek: key },
    keyVersion: 0x30,
    scpParameter: 0x70,
    applicationAid: 'f04357524947485401',
    iin: '999999',
    cardLifeCycle: 0x0f,
    blank: 'dual',
  });
  const chip = new Chip(state);
  const host = new HandWrittenHost((command) => Promise.resolve(toHex(chip.exchange(fromHex(command))).toUpperCase()));
  if ((await host.open(0x00)) !== '9000') throw new Error('no session');
  const change = fc.tuple(fc.nat(), fc.oneof(fc.nat(255), fc.constantFrom(0x00, 0x7f, 0x80, 0x81, 0x82, 0xff)));
  const altered = fc.tuple(fc.constantFrom(...samples), fc.array(change, { maxLength: 3 })).map(([sample, changes]) => {
    const bytes = Uint8Array.from(sample);
    for (const [place, byte] of changes) bytes[4 + (place % (bytes.length - 4))] = byte;
    return bytes;
  });
  let done = 0;
  const batch = 1000;
  for (let at = 0; at < commands; at += batch) {
    for (const command of fc.sample(altered, { numRuns: Math.min(batch, commands - at), seed: seed + at })) {
      const answer = chip.exchange(command);
      const high = answer.at(-2) ?? 0;
      if (answer.length < 2 || ![0x60, 0x90].includes(high & 0xf0))
        throw new Error(`${toHex(command)}: ${toHex(answer)}`);
      if (high === 0x90 || high === 0x63) done++;
    }
    parseChipState(JSON.stringify(state));
  }
  return { done, refused: commands - done };
}
