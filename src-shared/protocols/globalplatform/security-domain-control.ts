import { parseTlv } from '../tlv/ber-tlv.ts';
import { findTlv, requireTlv } from '../tlv/find-tlv.ts';
import { StationFault } from '../../faults/station-fault.ts';

/** What a security domain answers to SELECT. GPC_SPE_034 v2.3.1 §11.9.3.1, table 11-82. */
export interface SecurityDomainControl {
  readonly aid: Uint8Array;
  /** 9F65, most bytes of data in one command, where given. */
  readonly maximumDataLength?: number;
}

/** Reads the file control information (6F) of a security domain. CARD-ANSWER or CARD-TLV when malformed. GPC_SPE_034 v2.3.1 §11.9.3.1. */
export function parseSecurityDomainControl(data: Uint8Array): SecurityDomainControl {
  const template = parseTlv(data);
  if (template.tag !== 0x6f) throw new StationFault('CARD-ANSWER', { command: 'SELECT', reason: 'not a template 6F' });
  const parts = template.children ?? [];
  const length = findTlv(parts, 0xa5, 0x9f65)?.value;
  return {
    aid: requireTlv(parts, 'SELECT', 0x84).value,
    ...(length === undefined ? {} : { maximumDataLength: length.reduce((sum, byte) => sum * 256 + byte, 0) }),
  };
}
