import type { Answer } from '../card-answer.ts';

/** The three keys of a set. */
export interface KeySet {
  readonly version: number;
  readonly enc: Buffer;
  readonly mac: Buffer;
  readonly dek: Buffer;
}

/** What a card said to INITIALIZE UPDATE, and what was asked of it. */
export interface Handshake {
  readonly hostChallenge: Buffer;
  readonly answer: Buffer;
}

/** A protected session as a host sees it. */
export interface SecureChannel {
  /** The command that authenticates the host; the answer to it bears no protection. */
  readonly externalAuthenticate: Buffer;
  /** What the card's challenge must begin with where its option says that it is pseudo-random; null where the protocol checked it itself. */
  readonly pseudoRandomChallenge: Buffer | null;
  /** Protects a command given as header of four bytes and data. */
  readonly wrap: (header: Buffer, data: Buffer) => Buffer;
  /** Checks an answer and takes its protection off; throws where it is not as it must be. */
  readonly unwrap: (answer: Answer) => Buffer;
  /** Enciphers whole blocks of a key for the card. */
  readonly encipherKey: (key: Buffer) => Buffer;
  readonly checkValue: (key: Buffer) => Buffer;
  /** Type of such keys in PUT KEY and key information. GPC_SPE_034 v2.3.1 table 11-16. */
  readonly keyType: number;
}

/** Fills with 80 and zeros to whole blocks, at least one byte. ISO/IEC 9797-1 §6.3.3. */
export function padded(data: Buffer, block: number): Buffer {
  const length = Math.floor(data.length / block + 1) * block;
  return Buffer.concat([data, Buffer.of(0x80)], length);
}
