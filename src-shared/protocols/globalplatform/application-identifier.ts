import { concatBytes } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import { encodeLength } from '../tlv/ber-tlv.ts';

/** Refuses an AID that is not 5 to 16 bytes, CARD-APDU. ISO/IEC 7816-5:2004 §8.2. */
export function requireAid(aid: Uint8Array): Uint8Array {
  if (aid.length >= 5 && aid.length <= 16) return aid;
  throw new StationFault('CARD-APDU', { reason: 'an AID is 5 to 16 bytes' });
}

/** A field of INSTALL with its length before it; one length byte up to 127, then as BER. GPC_SPE_034 v2.3.1 §11.1.5. */
export function lengthAndValue(value: Uint8Array): Uint8Array<ArrayBuffer> {
  return concatBytes(encodeLength(value.length), value);
}
