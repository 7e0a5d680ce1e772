import { beforeEach, describe, expect, test } from 'vitest';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { Chip } from './chip.ts';
import { parseChipState } from './chip-state.ts';
import { byte, HandWrittenHost } from './hand-written-host.ts';
import { des, HandWrittenScp02Host } from './hand-written-scp02-host.ts';
import { newChip } from './new-chip.ts';
import type { ChipMake } from './new-chip.ts';
import { personalise, trainingCard } from './training-card.ts';

const key = '404142434445464748494a4b4c4d4e4f';
const isd = '00A4040008A00000015100000000';
const registry = 'E3134F08A0000001510000009F70010FC5039EFE809000';

const make: ChipMake = {
  seed: 'test',
  cardId: 'EV1-000001',
  keys: { enc: key, mac: key, dek: key },
  keyVersion: 0x30,
  scpParameter: 0x70,
  applicationAid: trainingCard.aid.toLowerCase(),
  iin: '999999',
  cardLifeCycle: 0x0f,
  blank: 'scp02',
};

let chip: Chip;
const send = (command: string): string => toHex(chip.exchange(fromHex(command))).toUpperCase();
const host = (own?: string): HandWrittenScp02Host =>
  new HandWrittenScp02Host((command) => Promise.resolve(send(command)), own);

beforeEach(() => {
  chip = new Chip(newChip(make));
});

describe('secure channel protocol 02', () => {
  for (const { parameter, levels, refused } of [
    { parameter: 0x15, levels: [0x00, 0x01, 0x03], refused: 0x11 },
    { parameter: 0x35, levels: [0x01, 0x03, 0x11, 0x13], refused: 0x33 },
    { parameter: 0x55, levels: [0x00, 0x01, 0x03], refused: 0x13 },
    { parameter: 0x75, levels: [0x03, 0x11, 0x13], refused: 0x10 },
  ]) {
    test(`i=${byte(parameter)} offers levels ${levels.map(byte).join(' ')} and not ${byte(refused)}`, async () => {
      chip = new Chip(newChip({ ...make, scp02Parameter: parameter }));
      expect(send('80CA006600')).toContain(`640B06092A864886FC6B0402${byte(parameter)}`);
      for (const level of levels) {
        const own = host();
        expect(await own.open(level)).toBe('9000');
        expect(own.initialized.length).toBe((10 + 2 + 2 + 6 + 8 + 2) * 2);
        // Twice: the second command proves the chains of both MACs.
        expect(await own.send('80F28002', '4F00', '00')).toBe(registry);
        expect(await own.send('80CA9F7F', '', '00')).toMatch(/^9F7F2A.{84}9000$/);
        expect(await own.send('80F28002', '4F00', '00')).toBe(registry);
      }
      expect(await host().open(refused)).toBe('6A86');
    });
  }

  test('the pseudo-random challenge of i=55 is a MAC over the AID, that of i=15 is drawn', async () => {
    const own = host();
    await own.open(0x01);
    await own.open(0x01);
    const session = des('des-ede-cbc', key.toUpperCase(), `01010001${'00'.repeat(12)}`);
    const block = des('des-ede', session.slice(0, 16).repeat(2), 'A000000151000000');
    const last = des('des-ede-cbc', session, '8000000000000000', block);
    expect([own.initialized.slice(20, 28), own.initialized.slice(28, 40)]).toEqual(['30020001', last.slice(0, 12)]);
    chip = new Chip(newChip({ ...make, scp02Parameter: 0x15 }), { random: (length) => new Uint8Array(length).fill(7) });
    await own.open(0x01);
    expect(own.initialized.slice(28, 40)).toBe('070707070707');
  });

  test('an altered, a repeated and an unsigned command end the session; ten wrong cryptograms block the keys', async () => {
    const sent: string[] = [];
    const own = new HandWrittenScp02Host((command) => {
      sent.push(command);
      return Promise.resolve(send(command));
    });
    await own.open(0x03);
    expect(await own.send('80F28002', '4F00', '00')).toBe(registry);
    expect(send(sent.at(-1) ?? '')).toBe('6982');
    expect(await own.send('80F28002', '4F00', '00')).toBe('6982');
    await own.open(0x01);
    expect(send('80F28002024F0000')).toBe('6982');
    for (let at = 0; at < 10; at++) expect(await host().open(0x01, '00', 1)).toBe('6300');
    expect(send('8050000008000102030405060700')).toBe('6983');
  });

  test('the payment application is personalised with secrets under the session key', async () => {
    send(`00A4040009${trainingCard.aid}00`);
    const own = host();
    expect(await own.open(0x03)).toBe('9000');
    expect(await personalise(own)).toEqual(['9000', '9000', '9000']);
    expect(chip.state.applications[0]?.groupings['8000']?.toUpperCase()).toBe(trainingCard.masterKeys);
  });

  // kaoh/globalplatform, globalplatform/src/scp02Test.c, get_status_mac_only: a real card with i=15, key 40..4F, sequence 069F.
  test('answers and accepts the published trace of GET STATUS under C-MAC', () => {
    const state = newChip({ ...make, keyVersion: 0x01, scp02Parameter: 0x15 });
    state.cplc = `00007474${state.cplc.slice(8, 24)}6e6e6e626262${state.cplc.slice(36)}`;
    for (const set of state.domains[0]?.keySets ?? []) set.sequence = 0x069f;
    chip = new Chip(state, { random: () => fromHex('AA2A0591E733') });
    expect(send('8050000008D5AD539A60CA5E7200')).toBe('000074746E6E6E6262620102069FAA2A0591E73367DD78794D04315E9000');
    expect(send('84820100107C799B3C771DBAE6BEF49310977617BA')).toBe('9000');
    expect(send('84F220020A4F00BB6E71C0EFCFCF0D00')).toBe('E3194F09F043575249474854009F700101CC08A0000001510000009000');
  });
});

describe('PUT KEY under SCP02', () => {
  const next = '505152535455565758595A5B5C5D5E5F';
  const checkValue = (value: string): string => des('des-ede', value, '00'.repeat(8)).slice(0, 6);
  const field = (own: HandWrittenScp02Host, value: string, shown = checkValue(value)): string =>
    `8010${own.sensitive(value)}03${shown}`;

  test('factory keys FF give way to three keys of a version, which then open the channel', async () => {
    chip = new Chip(newChip({ ...make, blank: 'factory-scp02' }));
    expect(send(isd)).toMatch(/9000$/);
    expect(send('80CA00E000')).toBe('E012C00401FF8010C00402FF8010C00403FF80109000');
    const own = host();
    expect(await own.open(0x03, 'FF')).toBe('9000');
    expect(await own.send('80D80081', `20${field(own, next).repeat(2)}${field(own, next, '000000')}`, '00')).toBe(
      '9485',
    );
    const check = checkValue(next);
    expect(await own.send('80D80081', `20${field(own, next).repeat(3)}`, '00')).toBe(`20${check.repeat(3)}9000`);
    expect(await own.send('80CA00E0', '', '00')).toBe('E012C00401208010C00402208010C004032080109000');
    expect(send('8050FF0008000102030405060700')).toBe('6A88');
    expect(await host(next).open(0x01, '20')).toBe('9000');
    await expect(host().open(0x01)).rejects.toThrow('wrong card cryptogram');
    // Nothing of the old keys is left in what the chip keeps.
    expect(JSON.stringify(parseChipState(JSON.stringify(chip.state)))).not.toContain(key);
  });

  test('AES keys are refused where only SCP02 is offered', async () => {
    const own = host();
    await own.open(0x01);
    expect(await own.send('80D80081', `20${`8810${own.sensitive(next)}00`.repeat(3)}`, '00')).toBe('9484');
  });
});

test('under SCP03 the key values come under the static key, with and without the length in clear', async () => {
  chip = new Chip(newChip({ ...make, blank: 'factory' }));
  const own = new HandWrittenHost((command) => Promise.resolve(send(command)));
  await own.open(0x33);
  const next = '505152535455565758595A5B5C5D5E5F';
  const plain = `8810${own.sensitive(next)}00`;
  const withLength = `881110${own.sensitive(next)}00`;
  expect(await own.send('80D80081', `30${plain}${withLength}${plain}`, '00')).toBe('309000');
  expect(await own.send('80CA00E0', '', '00')).toBe('E012C00401308810C00402308810C004033088109000');
  const mine = new HandWrittenHost((command) => Promise.resolve(send(command)), next);
  expect(await mine.open(0x33)).toBe('9000');
  // One key of the three, replaced under its own version.
  const other = 'A0A1A2A3A4A5A6A7A8A9AAABACADAEAF';
  expect(await mine.send('80D83003', `30${`8810${mine.sensitive(other)}00`}`, '00')).toBe('309000');
  expect(chip.state.domains[0]?.keySets.map(({ keys }) => keys.map(({ value }) => value.toUpperCase()))).toEqual([
    [next, next, other],
  ]);
});
