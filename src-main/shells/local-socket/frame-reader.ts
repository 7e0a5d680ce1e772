import { StationFault } from '#shared/faults/station-fault.ts';

/** The longest frame in bytes, both ways; the WebSocket of the windows has the same limit. */
export const LONGEST_FRAME = 4 * 1024 * 1024;

const HEAD = 4;
const text = new TextDecoder('utf-8', { fatal: true });

/** One frame: four bytes of length, most significant first, then UTF-8 text. STATION-FRAME-LONG on a text over the limit. */
export function encodeFrame(content: string): Buffer {
  const bytes = Buffer.byteLength(content);
  if (bytes > LONGEST_FRAME) throw new StationFault('STATION-FRAME-LONG', { bytes, most: LONGEST_FRAME });
  const frame = Buffer.allocUnsafe(HEAD + bytes);
  frame.writeUInt32BE(bytes, 0);
  frame.write(content, HEAD, 'utf8');
  return frame;
}

/**
 * Cuts a byte stream into frames, whatever the pieces it comes in. STATION-FRAME-LONG as soon as a length over the limit is read, before
 * anything is kept for it; STATION-FRAME-FORM on text that is not UTF-8. After a fault the stream has no meaning any more.
 */
export class FrameReader {
  #pieces: Buffer[] = [];
  #length = 0;

  take(piece: Buffer): string[] {
    this.#pieces.push(piece);
    this.#length += piece.length;
    const frames: string[] = [];
    for (let frame = this.#next(); frame !== null; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): string | null {
    if (this.#length < HEAD) return null;
    if ((this.#pieces[0]?.length ?? 0) < HEAD) this.#join();
    const bytes = this.#pieces[0]?.readUInt32BE(0) ?? 0;
    if (bytes > LONGEST_FRAME) throw new StationFault('STATION-FRAME-LONG', { bytes, most: LONGEST_FRAME });
    if (this.#length < HEAD + bytes) return null;
    const whole = this.#join();
    this.#length -= HEAD + bytes;
    this.#pieces = this.#length === 0 ? [] : [whole.subarray(HEAD + bytes)];
    try {
      return text.decode(whole.subarray(HEAD, HEAD + bytes));
    } catch (cause) {
      throw new StationFault('STATION-FRAME-FORM', {}, cause);
    }
  }

  #join(): Buffer {
    const whole = this.#pieces.length === 1 ? (this.#pieces[0] as Buffer) : Buffer.concat(this.#pieces);
    this.#pieces = [whole];
    return whole;
  }
}
