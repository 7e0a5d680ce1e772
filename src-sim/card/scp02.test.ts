import { beforeEach, describe, expect, test } from 'vitest';
import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { Chip } from './chip.ts';
import { parseChipState } from './chip-state.ts';
import type { ChipState } from './chip-state.ts';
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

  /** The chip of the published traces: i=15, key 40..4F in version 01, the issuer's domain under A000000003000000, its own serial. */
  function traced(sequence: number, challenge: string): ChipState {
    const made = newChip({ ...make, blank: 'factory-scp02', scp02Parameter: 0x15 });
    const state = parseChipState(JSON.stringify(made).replaceAll('a000000151000000', 'a000000003000000'));
    state.cplc = `00007474${state.cplc.slice(8, 24)}6e6e6e626262${state.cplc.slice(36)}`;
    for (const set of state.domains[0]?.keySets ?? []) Object.assign(set, { version: 1, sequence });
    chip = new Chip(state, { random: () => fromHex(challenge) });
    return state;
  }

  // A card of i=55 in a published walk through its commands (csdn, supergame111): sequence 0008, the challenge drawn from the AID.
  test('draws the published challenge of i=55 and answers its cryptogram', () => {
    traced(0x0008, '');
    const [issuer] = chip.state.domains;
    if (issuer === undefined) throw new Error('no domain');
    const protocols = [{ protocol: 'scp02' as const, parameter: 0x55 }];
    chip = new Chip({ ...chip.state, domains: [{ ...issuer, protocols }] });
    for (const set of issuer.keySets) set.version = 0xff;
    chip.state.cplc = `00007295${chip.state.cplc.slice(8, 24)}713236006868${chip.state.cplc.slice(36)}`;
    expect(send('8050000008010203040506070800')).toBe('00007295713236006868FF0200088B320EC60E9BF5A6DBF1B3FEB8759000');
  });

  // kaoh/globalplatform, globalplatform/src/scp02Test.c, get_status_mac_only.
  test('answers and accepts the published trace of GET STATUS under C-MAC', () => {
    traced(0x069f, 'AA2A0591E733');
    expect(send('8050000008D5AD539A60CA5E7200')).toBe('000074746E6E6E6262620102069FAA2A0591E73367DD78794D04315E9000');
    expect(send('84820100107C799B3C771DBAE6BEF49310977617BA')).toBe('9000');
    expect(send('84F220020A4F00BB6E71C0EFCFCF0D00')).toBe('E3174F07A00000015153509F700101CC08A0000000030000009000');
  });

  // The same file, install_mac_enc: DELETE, INSTALL [for load], LOAD of a real CAP file, INSTALL [for install and make selectable].
  test('answers and accepts the published trace of a package loaded and installed under C-MAC and encryption', () => {
    const state = traced(0x06a1, '5086BBEE58F4');
    const old = { aid: 'd0d1d2d3d4d501', lifeCycle: 1, domain: 'a000000003000000', memory: 100, modules: [] };
    state.loadFiles = [...state.loadFiles, old];
    expect(send('8050000008EBAA9E53C696281B00')).toBe('000074746E6E6E626262010206A15086BBEE58F467149061DA4B6EAE9000');
    expect(send('848203001005814C116071EB67D8BA9D9879454564')).toBe('9000');
    expect([
      send('84E4008018BC146FA0403BE4BAD3BC089E4ABD8674DA7EFEA21047B85800'),
      send('84E4008018C2748C1669FAFC0E20C5253680388A4A49C9A6038D77B45700'),
      send('84E60200280839B761AA201C218FD6607C56803CFD2D098CBAA9946976EEFAE3F210038EB4965D6E04EDEF801700'),
      send(
        '84E80000F8562EFDC9F22082A5184831F1DA6A0F495C5DF0FD71E8014A2B94EA81069FB630346197CDF1C3BD9CDBDD9513BFE6FE7992730FCF2089019D1374DA1021BD74E2085B806B8DA57431FF008406E1C695F2E27E0C2A554E01047B9B36F4058CFC1C2FB8D0A45B01C626DF5CB2509436283BE22B9E7750B3B7F36E29E3C97C69533B35C2DBEF13904D06E96BEBB6FA38D3E7EB7EB9170F3004824F5A32278AE7CBC3E591BA0C79B090FBD8038B60AC5F83E4E250B32AD5B92768E775AA974A4FAFC81356FA333D5AB4FAF1A0056E08420AF95D18CA0DF726BA560C5C340CCA81A1BEA294AAFE3AED250EF6865AA2D3F11D058FDFE5EE7622AE19',
      ),
      send(
        '84E88001787FFE538F755D612CEE738FA68E177E8E146E66EF2A840387F7086C1CA8659C9F985585E11001A12D4940CB3EF200DFEC9EC7FB59CADED4A7F82EDA5BE808552A3CD3B65D41F9F61A23E6FDA2C1BF2493F4929950FA62030FF023B34398247A2E01BBF949E819B5EEA117DC6E0D91D40D85ABDE0BC2A76D8600',
      ),
      send(
        '84E60C00300839B761AA201C21EDAE7D003F76B62164B363AF56A2C7FE12AEF9FDC790DFC8FFE6B0346E9BF02674684247652F109A00',
      ),
    ]).toEqual(['6A88', '009000', '009000', '9000', '009000', '009000']);
    expect(state.loadFiles[1]).toMatchObject({ aid: 'd0d1d2d3d4d501', modules: ['d0d1d2d3d4d50101'] });
    expect(state.applications).toMatchObject([{ aid: 'd0d1d2d3d4d50101', lifeCycle: 0x07 }]);
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
