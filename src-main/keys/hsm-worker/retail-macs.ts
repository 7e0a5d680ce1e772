import { concatBytes } from '#shared/bytes/bytes.ts';
import { StationFault } from '#shared/faults/station-fault.ts';

/** The two ciphers of a key's halves, each block by itself (ECB): the left half alone, and the whole TDES key. */
export interface RetailMacCiphers {
  readonly left: (blocks: Uint8Array) => Uint8Array;
  readonly whole: (blocks: Uint8Array) => Uint8Array;
}

const blockLength = 8;

/** The nth block of each message, one after the other. */
function blocksAt(messages: readonly Uint8Array[], at: number): Uint8Array {
  return concatBytes(...messages.map((message) => message.subarray(at, at + blockLength)));
}

/**
 * MACs of messages of whole 8-byte blocks, all of one length, 8 bytes out for each: the blocks of all messages go through the cipher together, so three
 * values of a card take as many calls of a module as one. Each MAC is DES-CBC under the left half for all blocks but the last, which is enciphered
 * by both halves. ISO/IEC 9797-1:2011 MAC algorithm 3; the caller pads. With two blocks it is the sum of the CVV (`E(D(E(...)))`).
 */
export function retailMacs(messages: readonly Uint8Array[], { left, whole }: RetailMacCiphers): readonly Uint8Array[] {
  const length = messages[0]?.length ?? 0;
  if (length === 0 || length % blockLength !== 0 || messages.some((message) => message.length !== length)) {
    throw new StationFault('KEYS-REFUSED', { reason: 'a MAC is made of whole blocks' });
  }
  let chains = blocksAt(messages, 0);
  for (let at = blockLength; at < length; at += blockLength) {
    const enciphered = left(chains);
    chains = blocksAt(messages, at).map((byte, place) => byte ^ (enciphered[place] ?? 0));
  }
  const macs = whole(chains);
  return messages.map((_, at) => macs.slice(at * blockLength, (at + 1) * blockLength));
}
