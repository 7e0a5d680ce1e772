import { StationFault } from '../../faults/station-fault.ts';
import { parseTlv } from '../tlv/ber-tlv.ts';
import { requireTlv } from '../tlv/find-tlv.ts';

/** What is free on a card, bytes. */
export interface CardResources {
  readonly applications: number;
  readonly nonVolatile: number;
  readonly volatile: number;
}

/**
 * Reads extended card resources (FF21 with 81 applications, 82 free non-volatile memory, 83 free volatile memory). CARD-ANSWER or CARD-TLV
 * when malformed. Not every card has it. ETSI TS 102 226 §8.2.1.7.2.
 */
export function parseCardResources(data: Uint8Array): CardResources {
  const template = parseTlv(data);
  if (template.tag !== 0xff21) {
    throw new StationFault('CARD-ANSWER', { command: 'GET DATA FF21', reason: 'not a template FF21' });
  }
  const number = (tag: number): number => {
    const { value } = requireTlv(template.children ?? [], 'GET DATA FF21', tag);
    if (value.length >= 1 && value.length <= 4) return value.reduce((sum, byte) => sum * 256 + byte, 0);
    throw new StationFault('CARD-ANSWER', { command: 'GET DATA FF21', reason: 'a size is not 1 to 4 bytes' });
  };
  return { applications: number(0x81), nonVolatile: number(0x82), volatile: number(0x83) };
}
