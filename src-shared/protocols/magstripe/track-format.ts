import { StationFault } from '../../faults/station-fault.ts';

/** The three tracks of a card stripe. */
export type TrackNumber = 1 | 2 | 3;

/** What the standard fixes for one track. */
export interface TrackFormat {
  /** Data bits a character, without parity. */
  readonly bits: 6 | 4;
  /** Code of the character of value zero. */
  readonly base: number;
  readonly startSentinel: string;
  readonly endSentinel: string;
  /** Most characters, start sentinel to LRC. */
  readonly limit: number;
  /** What may stand between the sentinels. */
  readonly content: RegExp;
}

/** ISO/IEC 7811-2:2018 and 7811-6:2018 §9 (coded character sets), ISO/IEC 7813:2006 §6, ISO/IEC 4909 (track 3). */
export const trackFormats: Readonly<Record<TrackNumber, TrackFormat>> = {
  1: { bits: 6, base: 0x20, startSentinel: '%', endSentinel: '?', limit: 79, content: /^[ -$&->@-_]*$/ },
  2: { bits: 4, base: 0x30, startSentinel: ';', endSentinel: '?', limit: 40, content: /^[0-9=]*$/ },
  3: { bits: 4, base: 0x30, startSentinel: ';', endSentinel: '?', limit: 107, content: /^[0-9=]*$/ },
};

/** Refuses a track with a reason in words; the content itself is never in the fault. */
export function refuseTrack(track: TrackNumber, reason: string): never {
  throw new StationFault('CARD-STRIPE', { track, reason });
}

/** Most characters of content: the track's limit less both sentinels and the LRC (76, 37, 104). */
export function trackContentLimit(track: TrackNumber): number {
  return trackFormats[track].limit - 3;
}

/** Checks the text between the sentinels: character set and length. CARD-STRIPE otherwise. ISO/IEC 7813:2006 §6. */
export function checkTrackContent(track: TrackNumber, content: string): void {
  if (content.length === 0) refuseTrack(track, 'it is empty');
  if (!trackFormats[track].content.test(content)) refuseTrack(track, 'it holds a character that the track cannot hold');
  if (content.length > trackContentLimit(track)) {
    refuseTrack(track, `${content.length} characters where ${trackContentLimit(track)} fit`);
  }
}
