import { fromHex } from '#shared/bytes/bytes.ts';
import type { CardSide } from './card-application.ts';

/** How a card and its reader exchange commands. */
export type TransmissionProtocol = 't1' | 't0';

/** Answers to reset as strict terminals accept them. ISO/IEC 7816-3 §8.2, EMV Book 1 v4.4 §8.3; on the contactless side as PC/SC part 3 §3.1.3.2.3 makes them. */
export function answerToReset(side: CardSide, protocol: TransmissionProtocol): Uint8Array {
  if (side === 'contactless') return fromHex('3B828001435717');
  return fromHex(protocol === 't0' ? '3B6500002063CB6800' : '3BE000008131FE45EB');
}
