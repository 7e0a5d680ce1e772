import { concatBytes } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';

/** The two lengths of challenges, cryptograms and MACs: 8 or 16 bytes. GPC_SPE_014 v1.1.2 §5.1, parameter i bit 1. */
export type Scp03Mode = 'S8' | 'S16';

/** AES key lengths in bytes. */
export type AesKeyLength = 16 | 24 | 32;

/** Derivation constants. GPC_SPE_014 v1.1.2 §4.1.5, table 4-1. */
export const scp03Constant = {
  cardCryptogram: 0x00,
  hostCryptogram: 0x01,
  cardChallenge: 0x02,
  sessionEnc: 0x04,
  sessionMac: 0x06,
  sessionRmac: 0x07,
} as const;

/** Bytes of a challenge, cryptogram or MAC in a mode. */
export function scp03MacLength(mode: Scp03Mode): 8 | 16 {
  return mode === 'S8' ? 8 : 16;
}

/**
 * The blocks over which a key computes its CMACs so that their joined results, cut to `bits`, are the derived value:
 * 11 zero bytes and the constant (label), 00, L in bits (2 bytes), counter from 1 (1 byte), context.
 * GPC_SPE_014 v1.1.2 §4.1.5; NIST SP 800-108 §5.1 with CMAC as the function.
 */
export function scp03DerivationBlocks(constant: number, bits: number, context: Uint8Array): Uint8Array<ArrayBuffer>[] {
  const label = new Uint8Array(12);
  label[11] = constant;
  const blocks: Uint8Array<ArrayBuffer>[] = [];
  for (let counter = 1; counter <= Math.ceil(bits / 128); counter++) {
    blocks.push(concatBytes(label, Uint8Array.of(0, bits >> 8, bits & 255, counter), context));
  }
  return blocks;
}

/** Joins the CMACs of `scp03DerivationBlocks` and cuts them to `bits`. */
export function joinDerived(cmacs: readonly Uint8Array[], bits: number): Uint8Array<ArrayBuffer> {
  const joined = concatBytes(...cmacs);
  if (joined.length < bits / 8) throw new StationFault('CARD-CHANNEL', { reason: 'too few derivation results' });
  const derived = joined.slice(0, bits / 8);
  // What is derived may be a key, and this is a copy of it.
  joined.fill(0);
  return derived;
}

/** What an HSM is asked to CMAC to open one channel: `enc` under the static ENC key, `mac` and `rmac` under the static MAC key. */
export interface Scp03DerivationData {
  readonly enc: readonly Uint8Array<ArrayBuffer>[];
  readonly mac: readonly Uint8Array<ArrayBuffer>[];
  readonly rmac: readonly Uint8Array<ArrayBuffer>[];
}

/**
 * The derivation input of the three session keys: context is host challenge and card challenge (8 + 8 or 16 + 16
 * bytes); one block a key for AES-128, two for AES-192 and AES-256. `joinDerived(cmacs, 8 * keyLength)` makes each key.
 * Does not touch the card. GPC_SPE_014 v1.1.2 §6.2.1.
 */
export function scp03DerivationData(
  keyLength: AesKeyLength,
  hostChallenge: Uint8Array,
  cardChallenge: Uint8Array,
): Scp03DerivationData {
  const context = concatBytes(hostChallenge, cardChallenge);
  const blocks = (constant: number): Uint8Array<ArrayBuffer>[] =>
    scp03DerivationBlocks(constant, keyLength * 8, context);
  return {
    enc: blocks(scp03Constant.sessionEnc),
    mac: blocks(scp03Constant.sessionMac),
    rmac: blocks(scp03Constant.sessionRmac),
  };
}

/**
 * The input for recomputing a pseudo-random card challenge (i with bit 0x10) under the static ENC key: context is the
 * sequence counter (3 bytes) and the AID of the security domain. GPC_SPE_014 v1.1.2 §6.2.2.1.
 */
export function scp03CardChallengeData(
  mode: Scp03Mode,
  sequenceCounter: Uint8Array,
  applicationIdentifier: Uint8Array,
): Uint8Array<ArrayBuffer>[] {
  const context = concatBytes(sequenceCounter, applicationIdentifier);
  return scp03DerivationBlocks(scp03Constant.cardChallenge, scp03MacLength(mode) * 8, context);
}
