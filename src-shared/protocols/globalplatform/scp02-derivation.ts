import { StationFault } from '../../faults/station-fault.ts';

/** Derivation constants of the session keys. GPC_SPE_034 v2.3.1 §E.4.1. */
export const scp02Constant = { mac: 0x0101, rmac: 0x0102, dek: 0x0181, enc: 0x0182 } as const;

/**
 * The 16 bytes that a static key enciphers by TDES-CBC with initial value zero, and the result is the session key as it stands: constant
 * (2 bytes), the card's sequence counter (2 bytes), twelve zeros. Does not touch the card. GPC_SPE_034 v2.3.1 §E.4.1.
 */
export function scp02DerivationData(
  constant: (typeof scp02Constant)[keyof typeof scp02Constant],
  sequenceCounter: Uint8Array,
): Uint8Array<ArrayBuffer> {
  if (sequenceCounter.length !== 2) {
    throw new StationFault('CARD-CHANNEL', { reason: 'the sequence counter is not 2 bytes' });
  }
  const data = new Uint8Array(16);
  data.set([constant >> 8, constant & 255]);
  data.set(sequenceCounter, 2);
  return data;
}
