import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { aesCmac } from './card-aes.ts';
import { Chip } from './chip.ts';
import { parseChipState } from './chip-state.ts';
import type { ChipState } from './chip-state.ts';
import { cmac, HandWrittenHost } from './hand-written-host.ts';
import { newChip } from './new-chip.ts';
import { grouping, personalise, trainingCard } from './training-card.ts';

const testKey = '404142434445464748494a4b4c4d4e4f';
const isd = '00A4040008A00000015100000000';
const application = `00A4040009${trainingCard.aid}00`;

function make(): ChipState {
  return newChip({
    seed: 'test',
    cardId: 'EV1-000001',
    keys: { enc: testKey, mac: testKey, dek: testKey },
    keyVersion: 0x30,
    scpParameter: 0x70,
    applicationAid: trainingCard.aid.toLowerCase(),
    iin: '999999',
    cardLifeCycle: 0x0f,
  });
}

let chip: Chip;
const send = (command: string): string => toHex(chip.exchange(fromHex(command))).toUpperCase();
const host = (): HandWrittenHost => new HandWrittenHost((command) => Promise.resolve(send(command)));

beforeEach(() => {
  chip = new Chip(make());
  chip.reset();
});

test('CMAC gives the published values and those of openssl for every length', () => {
  // RFC 4493 §4, examples 1 to 4.
  const key = '2b7e151628aed2a6abf7158809cf4f3c';
  const message =
    '6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e5130c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710';
  const values = [0, 16, 40, 64].map((length) => toHex(aesCmac(fromHex(key), fromHex(message).slice(0, length))));
  expect(values).toEqual([
    'bb1d6929e95937287fa37d129b756746',
    '070a16b46b4d4144f79bdd9dd04a287c',
    'dfa66747de9ae63030ca32611497c827',
    '51f0bebf7e3b9d92fc49741779363cfe',
  ]);
  for (const length of [1, 15, 17, 31, 33]) {
    const part = message.slice(0, length * 2);
    expect(toHex(aesCmac(fromHex(key + key), fromHex(part))).toUpperCase()).toBe(cmac(key + key, part));
  }
});

describe('issuer security domain', () => {
  test('answers selection and data objects as the card specification lays them out', () => {
    expect(send(isd)).toBe('6F108408A000000151000000A5049F6501FF9000');
    expect(send('00A4040000')).toBe('6F108408A000000151000000A5049F6501FF9000');
    expect(send('00A4040005A00000015100')).toBe('6F108408A000000151000000A5049F6501FF9000');
    expect(send('80CA006600')).toBe(
      '6631732F06072A864886FC6B01600C060A2A864886FC6B02020301630906072A864886FC6B03640B06092A864886FC6B0403709000',
    );
    expect(send('80CA00E000')).toBe('E012C00401308810C00402308810C004033088109000');
    expect(send('80CA004200')).toBe('42039999999000');
    expect(send('80CA9F7F00')).toMatch(/^9F7F2A4357.{80}9000$/);
    expect(send('00CA004500')).toMatch(/^45084357.{12}9000$/);
  });

  test('a serial follows from seed and card id', () => {
    const other = newChip({ ...makeInput(), cardId: 'EV1-000002' });
    expect(newChip(makeInput()).cplc).toBe(newChip(makeInput()).cplc);
    expect(other.cplc).not.toBe(newChip(makeInput()).cplc);
  });

  test.each([
    ['80CA123400', '6A88', 'unknown object'],
    ['80CA9F7F10', '6C2D', 'too small an Le'],
    ['80CA9F7F', '6700', 'no Le for data'],
    ['80CA9F7F0100', '6700', 'lengths that do not fit'],
    ['00', '6700', 'half a header'],
    ['81CA9F7F00', '6881', 'another logical channel'],
    ['90CA9F7F00', '6884', 'chaining'],
    ['0070000001', '6881', 'MANAGE CHANNEL'],
    ['80E400000A4F08A00000015100000000', '6982', 'DELETE without a session'],
    ['80D8008101300000', '6700', 'PUT KEY with lengths that do not fit'],
    ['80D80081013000', '6982', 'PUT KEY without a session'],
    ['80E80000010000', '6982', 'LOAD without a session'],
    ['A0CA9F7F00', '6E00', 'another class'],
    ['80FE000000', '6D00', 'unknown instruction'],
    ['84CA9F7F08000102030405060700', '6982', 'secure messaging without a session'],
    ['80F28002024F0000', '6982', 'registry without a session'],
    ['80E60000', '6982', 'INSTALL without a session'],
    ['80E28000030101009000'.slice(0, 16), '6982', 'STORE DATA without a session'],
    ['8482010010' + '00'.repeat(16), '6985', 'EXTERNAL AUTHENTICATE without INITIALIZE UPDATE'],
    ['8050310008000102030405060700', '6A88', 'unknown key version'],
    ['8050300108000102030405060700', '6A86', 'a key identifier'],
    ['80503000070001020304050600', '6700', 'a short challenge'],
    ['00A404000AA000000151000000000000', '6A82', 'a longer name'],
    ['00A4040005A0000000040000', '6700', 'trailing bytes'],
    ['00A4040005A00000000400', '6A82', 'an unknown name'],
    ['00A4040205A00000015100', '6A82', 'a next occurrence where there is none'],
    ['00A4000002 3F0000'.replace(' ', ''), '6A86', 'selection by file identifier'],
    ['00A404000E325041592E5359532E444446303100', '6A82', 'a directory before personalisation'],
  ])('%s is answered %s: %s', (command, sw) => {
    expect(send(command)).toBe(sw);
  });
});

function makeInput(): Parameters<typeof newChip>[0] {
  const keys = { enc: testKey, mac: testKey, dek: testKey };
  const fixed = { seed: 's', cardId: 'EV1-000001', keyVersion: 0x30, scpParameter: 0x70 };
  return { ...fixed, keys, applicationAid: trainingCard.aid, iin: '999999', cardLifeCycle: 0x0f };
}

describe('payment application', () => {
  const { records, fciTemplate, options, masterKeys } = trainingCard;

  function terminal(): Record<string, string> {
    return {
      contact: send('00A404000E315041592E5359532E444446303100'),
      directory: send('00B2010C00'),
      end: send('00B2020C00'),
      proximity: send('00A404000E325041592E5359532E444446303100'),
      partial: send('00A4040006F0435752494700').slice(-4),
      select: send(application),
      early: send('00B2010C00'),
      wrongPdol: send('80A8000002830000'),
      options: send('80A8000004830208260000'.slice(0, 18) + '00'),
      again: send('80A80000048302082600'),
      first: send('00B2010C00'),
      second: send('00B2020C00'),
      third: send('00B2030C00'),
      other: send('00B2011400'),
      none: send('00B2011C00'),
      counter: send('80CA9F3600'),
      online: send('80CA9F1300'),
      tries: send('80CA9F1700'),
      log: send('80CA9F4F00'),
      pin: send('80CA801000'),
    };
  }

  const asPersonalised = {
    contact: '6F15840E315041592E5359532E4444463031A5038801019000',
    directory: '701C611A4F09F04357524947485401500A545241494E494E4720448701019000',
    end: '6A83',
    proximity:
      '6F31840E325041592E5359532E4444463031A51FBF0C1C611A4F09F04357524947485401500A545241494E494E4720448701019000',
    partial: '9000',
    select: `6F278409F04357524947485401${fciTemplate}9000`,
    early: `${records['0101']}9000`,
    wrongPdol: '6700',
    options: `770E${options}9000`,
    again: '6985',
    first: `${records['0101']}9000`,
    second: `${records['0102']}9000`,
    third: '6A83',
    other: `${records['0201']}9000`,
    none: '6A82',
    counter: '9F360200019000',
    online: '9F130200009000',
    tries: '9F1701039000',
    log: '6A88',
    pin: '6A88',
  };

  test('selected and personalised directly, it reads as a terminal expects', async () => {
    expect(send(application)).toBe('6F0D8409F04357524947485401A5009000');
    expect(send('80A80000028300' + '00')).toBe('6985');
    const own = host();
    expect(await own.open(0x33)).toBe('9000');
    expect(await personalise(own)).toEqual(['9000', '9000', '9000']);
    expect(terminal()).toEqual(asPersonalised);
    expect(chip.state.applications[0]?.groupings['8000']?.toUpperCase()).toBe(masterKeys);
    expect(chip.state.applications[0]?.groupings['8010']).toBe('241234ffffffffff');
    expect(chip.state.counters.personalisations).toBe(1);
  });

  test('personalised through the security domain, and never twice', async () => {
    send(isd);
    const own = host();
    await own.open(0x03);
    const install = `00000${'9'}${trainingCard.aid}000000`;
    expect(await own.send('80E62000', install.replace('F04357524947485401', 'F04357524947485402'), '00')).toBe('6A88');
    expect(await own.send('80E62000', `${install}00`, '00')).toBe('6A80');
    expect(await own.send('80E20000', grouping('0101', records['0101']))).toBe('6985');
    expect(await own.send('80E62000', install, '00')).toBe('009000');
    expect(await personalise(own)).toEqual(['9000', '9000', '9000']);
    expect(terminal()).toEqual(asPersonalised);
    send(isd);
    await own.open(0x03);
    expect(await own.send('80E62000', install, '00')).toBe('6985');
    expect(await own.send('80E20000', grouping('0101', records['0101']))).toBe('6985');
    send(application);
    await own.open(0x03);
    expect(await own.send('80E20000', grouping('0101', records['0101']))).toBe('6985');
  });

  test('STORE DATA that break a rule are refused and change nothing', async () => {
    send(application);
    const own = host();
    await own.open(0x01);
    const record = grouping('0101', records['0101']);
    const before = JSON.stringify(chip.state.applications[0]);
    const refused: readonly (readonly [string, string, string])[] = [
      ['80E20001', record, '6A86'],
      ['80E21000', record, '6A86'],
      ['80E24000', record, '6A86'],
      ['80E20100', record, '6A86'],
      ['80E20000', '', '6A80'],
      ['80E20000', grouping('3000', 'DF0101'), '6A88'],
      ['80E20000', grouping('0100', records['0101']), '6A88'],
      ['80E20000', grouping('0101', '77035A0101'), '6A80'],
      ['80E20000', grouping('0101', '70045A0101'), '6A80'],
      ['80E20000', grouping('9102', '500101'), '6A80'],
      ['80E20000', grouping('9104', '82021800'), '6A80'],
      ['80E20000', grouping('8000', masterKeys), '6A80'],
      ['80E26000', grouping('8000', `${masterKeys}0000`), '6A80'],
      ['80E26000', grouping('8010', own.sensitive('241234FFFFFFFFFF00')), '6A80'],
      ['80E28000', record.slice(0, -2), '6A80'],
      ['80E28000', record, '6985'],
    ];
    for (const [header, data, sw] of refused)
      expect([header, data, await own.send(header, data)]).toEqual([header, data, sw]);
    expect(JSON.stringify(chip.state.applications[0])).toBe(before);
    expect(await own.send('80E20000', record)).toBe('9000');
    expect(await own.send('80E20000', record)).toBe('6A86');
  });

  test('the last block needs every record of the AFL, and check values that fit', async () => {
    send(application);
    const own = host();
    await own.open(0x01);
    const end = grouping('9102', fciTemplate) + grouping('9104', options);
    const files = Object.entries(records).map(([id, data]) => grouping(id, data));
    expect(await own.send('80E28000', end + files.slice(1).join(''))).toBe('6985');
    const keys = grouping('8000', own.sensitive(masterKeys));
    expect(await own.send('80E22000', files.join('') + keys)).toBe('9000');
    expect(await own.send('80E28001', end + grouping('9000', '000000000000000000'))).toBe('6A80');
    // DES-EDE of eight zeros under 0123456789ABCDEFFEDCBA9876543210 is 08D7B4FB629D0885; the others by openssl des-ede-ecb.
    const values = ['0123', '1123', '2123'].map((head) => tdesCheckValue(`${head}456789ABCDEFFEDCBA9876543210`));
    expect(values[0]).toBe('08D7B4');
    expect(await own.send('80E28001', end + grouping('9000', values.join('')))).toBe('9000');
  });

  test('the parts of a key pair come all five, enciphered, each half of a modulus and equally long', async () => {
    send(application);
    const own = host();
    await own.open(0x01);
    const files = Object.entries(records).map(([id, data]) => grouping(id, data));
    const end = grouping('9102', fciTemplate) + grouping('9104', options);
    const part = (id: string, bytes: number) => grouping(id, own.sensitive(`5A${'C3'.repeat(bytes - 1)}`));
    expect(await own.send('80E20000', grouping('8201', 'C3'.repeat(64)))).toBe('6A80');
    for (const bytes of [31, 125]) expect(await own.send('80E26000', part('8201', bytes))).toBe('6A80');
    expect(await own.send('80E20000', files.join(''))).toBe('9000');
    const four = ['8201', '8202', '8203', '8204'];
    let block = 1;
    for (const id of four) {
      expect(await own.send(`80E2600${block}`, part(id, 72))).toBe('9000');
      block++;
    }
    expect(await own.send('80E28005', end)).toBe('6A80');
    expect(await own.send('80E26005', part('8205', 64))).toBe('9000');
    expect(await own.send('80E28006', end)).toBe('6A80');
    expect(await own.send('80E26006', part('8205', 72))).toBe('9000');
    expect(await own.send('80E28007', end)).toBe('9000');
    // Padding went, and nothing else: 72 bytes each.
    expect([...four, '8205'].map((id) => chip.state.applications[0]?.groupings[id]?.length)).toEqual(
      Array(5).fill(144),
    );
  });

  test('a grouping may run over blocks; an interrupted personalisation starts again at block 00', async () => {
    send(application);
    const own = host();
    await own.open(0x03);
    const long = grouping('0101', `7081F79F4681F3${'AB'.repeat(0xf3)}`);
    expect(await own.send('80E20000', long.slice(0, 300))).toBe('9000');
    expect(await own.send('80E20001', long.slice(300))).toBe('9000');
    chip = new Chip(parseChipState(JSON.stringify(chip.state)));
    send(application);
    expect(send('00B2010C00')).toBe('6A82');
    const next = host();
    await next.open(0x33);
    expect(await personalise(next)).toEqual(['9000', '9000', '9000']);
    expect(terminal()).toEqual(asPersonalised);
  });
});

function tdesCheckValue(key: string): string {
  const words = ['enc', '-des-ede', '-nopad', '-K', key];
  return toHex(execFileSync('openssl', words, { input: new Uint8Array(8) }))
    .slice(0, 6)
    .toUpperCase();
}

test('whatever is sent, the chip answers with a status word', () => {
  const header = fc.tuple(
    fc.constantFrom(0x00, 0x80, 0x84, 0x90, 0xff),
    fc.constantFrom(0xa4, 0xca, 0x50, 0x82, 0xf2, 0xf0, 0xe6, 0xe2, 0xe4, 0xe8, 0xd8, 0x70, 0xa8, 0xb2, 0xc0),
    fc.integer({ min: 0, max: 255 }),
    fc.integer({ min: 0, max: 255 }),
  );
  const any = fc.tuple(header, fc.uint8Array({ maxLength: 40 })).map(([head, tail]) => Uint8Array.of(...head, ...tail));
  fc.assert(
    fc.property(fc.array(fc.oneof(any, fc.uint8Array({ maxLength: 300 })), { maxLength: 20 }), (commands) => {
      for (const command of commands) {
        const answer = chip.exchange(command);
        expect(answer.length).toBeGreaterThanOrEqual(2);
        expect([0x60, 0x90]).toContain((answer[answer.length - 2] ?? 0) & 0xf0);
      }
    }),
    { numRuns: 500 },
  );
});
