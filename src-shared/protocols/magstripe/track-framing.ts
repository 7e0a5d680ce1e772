import type { TrackNumber } from './track-format.ts';
import { checkTrackContent, refuseTrack, trackFormats } from './track-format.ts';

/** Puts the sentinels round checked content: `%...?` or `;...?`. No LRC: every printer driver here adds its own. */
export function addSentinels(track: TrackNumber, content: string): string {
  checkTrackContent(track, content);
  const { startSentinel, endSentinel } = trackFormats[track];
  return startSentinel + content + endSentinel;
}

/** Takes both sentinels off; CARD-STRIPE when one is missing, something follows the end, or the content is not allowed. */
export function removeSentinels(track: TrackNumber, framed: string): string {
  const { startSentinel, endSentinel } = trackFormats[track];
  if (!framed.startsWith(startSentinel)) refuseTrack(track, 'the start sentinel is missing');
  if (framed.length < 2 || !framed.endsWith(endSentinel)) refuseTrack(track, 'the end sentinel is missing');
  const content = framed.slice(1, -1);
  checkTrackContent(track, content);
  return content;
}

/** Value of one character: its code less the base of the track. */
function valueOf(track: TrackNumber, character: string): number {
  const { base, bits } = trackFormats[track];
  const value = character.charCodeAt(0) - base;
  return value >= 0 && value < 1 << bits
    ? value
    : refuseTrack(track, 'it holds a character that the track cannot hold');
}

/** Value of the LRC: XOR of the data bits of every character, both sentinels counted. ISO/IEC 7811-2:2018 §11. */
export function trackLrc(track: TrackNumber, framed: string): number {
  let lrc = 0;
  for (const character of framed) lrc ^= valueOf(track, character);
  return lrc;
}

/** Bits of one value: least significant first, then odd parity of its own. ISO/IEC 7811-2:2018 §9. */
function bitsOf(track: TrackNumber, value: number): string {
  let text = '';
  let ones = 0;
  for (let bit = 0; bit < trackFormats[track].bits; bit++) {
    const set = (value >> bit) & 1;
    ones += set;
    text += String(set);
  }
  return text + (ones % 2 === 0 ? '1' : '0');
}

/** The bits of a framed track as they pass the head, one group a character, the LRC last. */
export function trackBits(track: TrackNumber, framed: string): string[] {
  return Array.from(framed)
    .map((character) => bitsOf(track, valueOf(track, character)))
    .concat(bitsOf(track, trackLrc(track, framed)));
}
