import { concatBytes } from '#shared/bytes/bytes.ts';
import type { ByteLink, Wait } from '../../../links/byte-link.ts';

/** One-byte messages of vpcd to the card (vsmartcard, `vpcd.h`); only the request for the answer to reset is answered. */
export const vpcdControl = { powerOff: 0x00, powerOn: 0x01, reset: 0x02, answerToReset: 0x04 } as const;

/** Longest message that the 16-bit length can say. */
export const longestFrame = 65_535;

/** Sends a message: its length in 16 bits, big-endian, and its bytes, in one piece. */
export function sendFrame(link: ByteLink, message: Uint8Array, wait: Wait): Promise<void> {
  return link.write(concatBytes(Uint8Array.of(message.length >> 8, message.length & 255), message), wait);
}

/** Takes a message. */
export async function takeFrame(link: ByteLink, wait: Wait): Promise<Uint8Array> {
  const [high = 0, low = 0] = await link.readExactly(2, wait);
  return link.readExactly((high << 8) | low, wait);
}
