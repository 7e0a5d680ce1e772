import { expect, test } from 'vitest';
import type { TrackNumber } from './stripe-track.ts';
import { characterStream, decodeTrack, encodeTrack, weaken } from './stripe-track.ts';

// Vectors of the facts, section E: ISO 7811 characters, least significant bit first, odd parity, LRC.
test.each<[TrackNumber, string, string]>([
  [2, '0', '11010 00001 11111 00100'],
  [1, 'A', '1010001 1000011 1111100 1101110'],
])('track %i of %s is written bit by bit', (track, data, bits) => {
  expect(characterStream(track, data)).toBe(bits.replaceAll(' ', ''));
});

test.each<[TrackNumber, string, number, string]>([
  [2, '4111111111111111=3012101', 26, '00111'],
  [1, 'B4111111111111111^DOE/JOHN^3012101', 36, '1111001'],
  [3, '011234567890123456=', 21, '01110'],
])('the LRC of track %i %s', (track, data, characters, check) => {
  const bits = characterStream(track, data);
  expect(bits.length).toBe((characters + 1) * check.length);
  expect(bits.slice(-check.length)).toBe(check);
  expect(decodeTrack(track, encodeTrack(track, data) ?? '')).toEqual({ kind: 'text', text: data });
});

test('clock zeros lead 7.4 mm and the track is full of them to the end of the card', () => {
  expect(encodeTrack(2, '0')?.indexOf('1')).toBe(22);
  expect(encodeTrack(2, '0')?.length).toBe(252);
  expect(encodeTrack(1, 'A')?.indexOf('1')).toBe(61);
  expect(encodeTrack(1, 'A')?.length).toBe(707);
});

test.each<[TrackNumber, string]>([
  [1, 'A'.repeat(77)],
  [2, '1'.repeat(38)],
  [3, '1'.repeat(105)],
  [1, 'abc'],
  [1, '%A'],
  [1, 'A?'],
  [2, '12A'],
  [2, ';12'],
  [3, '1?'],
  [2, ''],
  [1, 'Ä'],
])('track %i refuses %s', (track, data) => {
  expect(encodeTrack(track, data)).toBeUndefined();
});

test.each<[TrackNumber, number]>([
  [1, 76],
  [2, 37],
  [3, 104],
])('track %i takes %i characters and they fit the card', (track, length) => {
  const data = '1'.repeat(length);
  const flux = encodeTrack(track, data) ?? '';
  expect(flux.length).toBeLessThanOrEqual(707);
  expect(decodeTrack(track, flux)).toEqual({ kind: 'text', text: data });
});

test('a blank, a weak, a torn track and a wrong LRC are told apart', () => {
  const flux = encodeTrack(2, '4111111111111111=3012101') ?? '';
  const check = 22 + 26 * 5;
  // Two bits of the LRC character turned: its parity still holds.
  const turned = flux.slice(0, check) + (flux[check] === '1' ? '0' : '1') + (flux[check + 1] === '1' ? '0' : '1');
  expect([
    decodeTrack(2, ''),
    decodeTrack(2, '0'.repeat(252)),
    decodeTrack(2, weaken(flux)),
    decodeTrack(2, flux.slice(0, 80)),
    decodeTrack(2, turned + flux.slice(check + 2)),
  ]).toEqual([{ kind: 'blank' }, { kind: 'blank' }, { kind: 'damaged' }, { kind: 'damaged' }, { kind: 'checksum' }]);
});
