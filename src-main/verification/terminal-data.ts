import { fromHex } from '#shared/bytes/bytes.ts';
import type { ProofTransaction } from '#shared/domain/chip-proof.ts';

/** What the proof says of its own terminal when a card's list asks; all that it does not name is zero. EMV Book 3 v4.4 §5.4, Annex A1. */
const ownTerminal: readonly (readonly [number, string])[] = [
  // Attended, merchant, online only
  [0x9f35, '21'],
  // Capabilities: chip contact, no verification of the holder, static and dynamic authentication
  [0x9f33, '2000e8'],
  // Cardholder verification: none performed
  [0x9f34, '1f0000'],
  // Terminal transaction qualifiers: EMV contact and contactless reader, online capable
  [0x9f66, '36000000'],
];

function ofTransaction(transaction: ProofTransaction): readonly (readonly [number, string])[] {
  return [
    [0x9f02, transaction.amount],
    [0x9f03, transaction.other],
    [0x9f1a, transaction.country],
    [0x95, transaction.tvr],
    [0x5f2a, transaction.currency],
    [0x9a, transaction.date],
    [0x9c, transaction.type],
    [0x9f37, transaction.unpredictableNumber],
  ];
}

/** The values that a card's lists (PDOL, DDOL, CDOL) are filled with: the terminal's own, and those that the product fixes for its transaction. */
export function terminalData(transaction: ProofTransaction | undefined): ReadonlyMap<number, Uint8Array> {
  const said = transaction === undefined ? [] : ofTransaction(transaction);
  return new Map([...ownTerminal, ...said].map(([tag, hex]) => [tag, fromHex(hex)]));
}
