import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concatBytes, fromHex, toHex } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import { encodeCommand } from '../apdu/command-apdu.ts';
import { encodeDataGroupings, parseDataGroupings } from '../tlv/data-grouping.ts';
import {
  cardDataObject,
  getCardData,
  getStatus,
  issuerSecurityDomainAid,
  selectApplication,
  setStatus,
  statusScope,
} from './card-commands.ts';
import { parseKeyInformation } from './key-information.ts';
import { describeApplicationLifeCycle, describeCardLifeCycle } from './life-cycle.ts';
import { chipSerial, parseProductionLifeCycle } from './production-life-cycle.ts';
import { parseRegistryEntries } from './registry-entry.ts';
import { parseSecurityDomainControl } from './security-domain-control.ts';
import type { PlannedGrouping } from './store-data.ts';
import { planStoreData } from './store-data.ts';

const aid = fromHex('a0000000031010');

it.each([
  [selectApplication(new Uint8Array()), '00a4040000'],
  [selectApplication(issuerSecurityDomainAid), '00a4040008a00000015100000000'],
  [selectApplication(aid, 'next'), '00a4040207a000000003101000'],
  [getCardData(cardDataObject.productionLifeCycle), '80ca9f7f00'],
  [getCardData(cardDataObject.keyInformationTemplate), '80ca00e000'],
  [getStatus(statusScope.issuerSecurityDomain), '80f28002024f0000'],
  [getStatus(statusScope.applications, 'next', fromHex('a000')), '80f24003044f02a00000'],
  [setStatus({ kind: 'card' }, 0x0f), '80f0800f'],
  [setStatus({ kind: 'application', aid }, 0x07), '80f0400707a0000000031010'],
])('writes %#', (command, bytes) => {
  expect(toHex(encodeCommand(command))).toBe(bytes);
});

describe('what a card says of itself', () => {
  it('reads CPLC with and without its header (fidesmo test trace 9F7F)', () => {
    const content = '47906b644700e4d80300816500485399064800000000000000005758594e4e4e4e4e0000000000000000';
    const cplc = parseProductionLifeCycle(fromHex(`9f7f2a${content}`));
    expect(cplc).toMatchObject({
      icFabricator: '4790',
      icFabricationDate: '8165',
      icSerialNumber: '00485399',
      icBatch: '0648',
    });
    expect(chipSerial(cplc)).toBe('47906b648165064800485399');
    expect(parseProductionLifeCycle(fromHex(content))).toEqual(cplc);
    expect(() => parseProductionLifeCycle(fromHex(content.slice(2)))).toThrow(StationFault);
  });
  it('reads key information in both forms (GlobalPlatformPro TestGPKeyInfo traces)', () => {
    const basic = parseKeyInformation(fromHex('E020C00401018820C00402018820C00403018820C0060170A180A003C00401718010'));
    expect(basic).toHaveLength(5);
    expect(basic[0]).toEqual({ identifier: 1, version: 1, components: [{ type: 0x88, length: 32 }] });
    expect(basic[3]?.components).toEqual([
      { type: 0xa1, length: 128 },
      { type: 0xa0, length: 3 },
    ]);
    const [, , , extended] = parseKeyInformation(
      fromHex('E021C00401018010C00402018010C00403018010C00D0173FFA10080A0000301840100'),
    );
    expect(extended).toEqual({
      identifier: 1,
      version: 0x73,
      components: [
        { type: 0xa1, length: 128 },
        { type: 0xa0, length: 3 },
      ],
      usage: fromHex('84'),
      access: fromHex('00'),
    });
    expect(parseKeyInformation(fromHex('E010C00E0202FF880010FF10000101000100'))[0]?.components).toHaveLength(2);
    expect(() => parseKeyInformation(fromHex('E005C003010188'))).toThrow(StationFault);
  });
  it('reads registry entries', () => {
    const entry = 'e31d4f07a00000000310109f70020700c503040000cc08a000000151000000';
    expect(parseRegistryEntries(fromHex(entry))).toEqual([
      { aid, lifeCycle: 0x07, privileges: fromHex('040000'), securityDomain: issuerSecurityDomainAid, modules: [] },
    ]);
    expect(() => parseRegistryEntries(fromHex('e3099f700107c503040000'))).toThrow(
      expect.objectContaining({ code: 'CARD-TLV-MISSING' }),
    );
  });
  it('reads the control information of a security domain', () => {
    const data = fromHex('6f108408a000000151000000a5049f6501ff');
    expect(parseSecurityDomainControl(data)).toEqual({ aid: issuerSecurityDomainAid, maximumDataLength: 255 });
  });
  it('names life cycles', () => {
    expect([0x01, 0x07, 0x0f, 0x7f, 0xff, 0x02].map(describeCardLifeCycle)).toEqual([
      'OP_READY',
      'INITIALIZED',
      'SECURED',
      'CARD_LOCKED',
      'TERMINATED',
      'unknown (02)',
    ]);
    expect([0x03, 0x07, 0x0f, 0x83, 0x00].map(describeApplicationLifeCycle)).toEqual([
      'INSTALLED',
      'SELECTABLE',
      'application specific (0f)',
      'LOCKED',
      'unknown (00)',
    ]);
  });
});

describe('STORE DATA', () => {
  const clear = (identifier: number, length: number): PlannedGrouping => ({
    identifier,
    data: new Uint8Array(length).fill(identifier & 255),
    encryption: 'none',
  });
  const secret = (identifier: number, length: number): PlannedGrouping => ({
    ...clear(identifier, length),
    encryption: 'encrypted',
  });

  it('joins neighbours, marks encryption, numbers blocks and marks the last', () => {
    const plan = planStoreData([clear(0x0101, 20), clear(0x0102, 30), secret(0x8000, 48), clear(0x9207, 5)], {
      limit: 239,
      structure: 'unstated',
      grouping: 'fill',
    });
    expect(plan.map(({ command: { p1, p2, data }, groupings }) => [p1, p2, data?.length, groupings])).toEqual([
      [0x00, 0, 56, ['0101', '0102']],
      [0x60, 1, 51, ['8000']],
      [0x80, 2, 8, ['9207']],
    ]);
  });
  it('splits only what is longer than a block and lets nothing share its parts', () => {
    const plan = planStoreData([clear(1, 10), clear(2, 300), clear(3, 10)], {
      limit: 239,
      structure: 'dgi',
      grouping: 'fill',
    });
    expect(plan.map(({ command: { p1, p2, data } }) => [p1, p2, data?.length])).toEqual([
      [0x08, 0, 13],
      [0x08, 1, 239],
      [0x08, 2, 66],
      [0x88, 3, 13],
    ]);
  });
  it('refuses an empty plan and one over 256 blocks', () => {
    const layout = { limit: 200, structure: 'dgi', grouping: 'each' } as const;
    expect(() => planStoreData([], layout)).toThrow(expect.objectContaining({ code: 'CARD-PERSONALISATION' }));
    const many = Array.from({ length: 257 }, (_, at) => clear(at, 1));
    expect(() => planStoreData(many, layout)).toThrow(expect.objectContaining({ code: 'CARD-PERSONALISATION' }));
    expect(planStoreData(many.slice(1), layout).at(-1)?.command).toMatchObject({ p1: 0x88, p2: 255 });
  });
  it('sends every byte once and in order, within the limit', () => {
    const grouping = fc.record({
      identifier: fc.integer({ min: 0, max: 0xffff }),
      data: fc.uint8Array({ maxLength: 400 }).map((data) => new Uint8Array(data)),
      encryption: fc.constantFrom('none' as const, 'encrypted' as const, 'applicationDependent' as const),
    });
    fc.assert(
      fc.property(
        fc.array(grouping, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 16, max: 247 }),
        (groupings, limit) => {
          const plan = planStoreData(groupings, { limit, structure: 'dgi', grouping: 'fill' });
          const sent = plan.map(({ command }) => command.data ?? new Uint8Array());
          expect(sent.every((data) => data.length > 0 && data.length <= limit)).toBe(true);
          expect(concatBytes(...sent)).toEqual(encodeDataGroupings(groupings));
          expect(parseDataGroupings(concatBytes(...sent))).toHaveLength(groupings.length);
          expect(plan.filter(({ command }) => (command.p1 & 0x80) !== 0)).toHaveLength(1);
        },
      ),
    );
  });
});

it('reads or refuses any bytes', () => {
  const parsers = [parseProductionLifeCycle, parseKeyInformation, parseRegistryEntries, parseSecurityDomainControl];
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      for (const parse of parsers) {
        for (const data of [bytes, concatBytes(fromHex('e0'), Uint8Array.of(bytes.length), bytes)]) {
          try {
            parse(data);
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(StationFault);
          }
        }
      }
    }),
  );
});
