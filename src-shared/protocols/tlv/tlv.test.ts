import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import type { Tlv } from './ber-tlv.ts';
import { constructed, encodeTlv, encodeTlvs, parseTlv, parseTlvs, primitive } from './ber-tlv.ts';
import { encodeDataGrouping, encodeDataGroupings, parseDataGroupings } from './data-grouping.ts';
import { dolDataLength, encodeDol, parseDol } from './data-object-list.ts';
import { findTlv, findTlvs, requireTlv, walkTlvs } from './find-tlv.ts';

describe('BER-TLV', () => {
  const text = '6f1a840e315041592e5359532e4444463031a5088801025f2d02656e';
  it('reads and writes a directory answer (EMV 4.3 Book 1 §11.3.4)', () => {
    const object = parseTlv(fromHex(text));
    expect(findTlv([object], 0x6f, 0xa5, 0x5f2d)?.value).toEqual(fromHex('656e'));
    expect(findTlv([object], 0x6f, 0x5f2d)).toBeUndefined();
    expect([...walkTlvs([object])].map(([above, { tag }]) => [...above, tag])).toEqual([
      [0x6f, 0x84],
      [0x6f, 0xa5, 0x88],
      [0x6f, 0xa5, 0x5f2d],
    ]);
    expect(toHex(encodeTlv(object))).toBe(text);
    expect(findTlvs([object, object], 0x6f)).toHaveLength(2);
    expect(() => requireTlv([object], 'SELECT', 0x6f, 0x9f38)).toThrow(
      expect.objectContaining({ code: 'CARD-TLV-MISSING', details: { where: 'SELECT', tag: '6F/9F38' } }),
    );
  });
  it.each([
    [127, '7f'],
    [128, '8180'],
    [255, '81ff'],
    [256, '820100'],
    [65_536, '83010000'],
  ])('writes a length of %i as %s', (length, field) => {
    const bytes = encodeTlv(primitive(0xdf8101, new Uint8Array(length)));
    expect(toHex(bytes).slice(0, 6 + field.length)).toBe(`df8101${field}`);
    expect(parseTlv(bytes).value).toHaveLength(length);
  });
  it.each([
    ['5a', 'length cut off'],
    ['5a0312', 'value longer than the data'],
    ['5a800000', 'indefinite length'],
    ['5a8400000001aa', 'length over 3 bytes'],
    ['5a82ff', 'length cut off'],
    ['9f', 'tag cut off'],
    ['9f8001', 'tag number starts with zero'],
    ['9fffffffff7f00', 'tag over 4 bytes'],
    ['5a011200', 'zero byte where a tag is due'],
    ['70055a0312', 'value longer than the data'],
    ['70035a0312', 'value longer than the data'],
    ['7083ffffff', 'value longer than the data'],
  ])('refuses %s: %s', (bytes, reason) => {
    expect(() => parseTlvs(fromHex(bytes))).toThrow(
      expect.objectContaining({ code: 'CARD-TLV', details: expect.objectContaining({ reason }) as unknown }),
    );
  });
  it('bounds nesting and skips zeros only where asked', () => {
    let bomb = primitive(0x5a, new Uint8Array(1));
    for (let depth = 0; depth < 9; depth++) bomb = constructed(0x70, [bomb]);
    expect(() => parseTlv(encodeTlv(bomb))).toThrow(expect.objectContaining({ code: 'CARD-TLV' }));
    expect(parseTlv(encodeTlv(bomb), { depth: 9 })).toEqual(bomb);
    expect(parseTlvs(fromHex('005a011200'), { padding: 'skip-zero' })).toHaveLength(1);
    expect(() => parseTlv(fromHex('5a01125a0112'))).toThrow(StationFault);
    expect(() => encodeTlv(primitive(0x9f, new Uint8Array()))).toThrow(StationFault);
  });

  const tag = fc.constantFrom(0x5a, 0x82, 0x9f38, 0x5f20, 0xdf8101, 0x9fff01);
  const tree: fc.Arbitrary<Tlv> = fc.letrec<{ node: Tlv }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.tuple(tag, fc.uint8Array({ maxLength: 300 })).map(([name, value]) => primitive(name, new Uint8Array(value))),
      fc
        .tuple(fc.constantFrom(0x70, 0xa5, 0xbf0c), fc.array(tie('node'), { maxLength: 3 }))
        .map(([name, children]) => constructed(name, children)),
    ),
  })).node;
  it('reads back every tree that it writes', () => {
    fc.assert(
      fc.property(fc.array(tree, { maxLength: 4 }), (objects) => {
        expect(parseTlvs(encodeTlvs(objects))).toEqual(objects);
      }),
    );
  });
});

describe('data object list', () => {
  it('reads and writes a CDOL1', () => {
    const list = fromHex('9f02069f03069f1a0295055f2a029a039c019f3704');
    expect(parseDol(list)[0]).toEqual({ tag: 0x9f02, length: 6 });
    expect(dolDataLength(parseDol(list))).toBe(29);
    expect(encodeDol(parseDol(list))).toEqual(list);
    expect(() => parseDol(fromHex('9f0206 95'))).toThrow(StationFault);
    expect(() => encodeDol([{ tag: 0x95, length: 256 }])).toThrow(StationFault);
  });
});

describe('data groupings', () => {
  it('uses one length byte up to FE and three from FF on', () => {
    const short = encodeDataGrouping({ identifier: 0x0101, data: new Uint8Array(254) });
    const long = encodeDataGrouping({ identifier: 0x8010, data: new Uint8Array(255) });
    expect([toHex(short.subarray(0, 3)), toHex(long.subarray(0, 5))]).toEqual(['0101fe', '8010ff00ff']);
    expect(parseDataGroupings(fromHex('9102ff0002aabb')).map(({ data }) => toHex(data))).toEqual(['aabb']);
  });
  it.each(['01', '010102aa', '0101ff00', '0101ff0002aa'])('refuses %s', (bytes) => {
    expect(() => parseDataGroupings(fromHex(bytes))).toThrow(expect.objectContaining({ code: 'CARD-TLV' }));
  });
  it('reads back every container that it writes', () => {
    const grouping = fc.record({
      identifier: fc.integer({ min: 0, max: 0xffff }),
      data: fc.uint8Array({ maxLength: 600 }).map((data) => new Uint8Array(data)),
    });
    fc.assert(
      fc.property(fc.array(grouping, { maxLength: 6 }), (groupings) => {
        expect(parseDataGroupings(encodeDataGroupings(groupings))).toEqual(groupings);
      }),
    );
  });
});

it('reads or refuses any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      for (const parse of [parseTlvs, parseTlv, parseDol, parseDataGroupings]) {
        try {
          parse(bytes);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(StationFault);
        }
      }
    }),
  );
});
