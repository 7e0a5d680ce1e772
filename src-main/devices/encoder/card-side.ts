import { isFault } from '#shared/faults/station-fault.ts';
import { type CardProtocol, parseAnswerToReset } from '#shared/protocols/apdu/answer-to-reset.ts';
import type { CardTransport } from '#shared/protocols/apdu/exchange-whole.ts';
import type { CardSide } from './port.ts';

/** Words that makers put into the names of their readers. PC/SC gives a reader with two slots two names. */
const contactlessNames = /contactless|\bcl\b|\d+cl\b|picc|nfc|rfid/i;
const contactNames = /\bcontact\b|\bicc\b/i;

/**
 * Which side of a card a reader speaks to: as the station's configuration says, else as the reader's name says, else by the form of the
 * answer to reset that readers make up for contactless cards (3B 8n 80 01). PC/SC part 3 v2.01.09 §3.1.3.2.3.
 */
export function cardSide(
  reader: { readonly name: string; readonly side?: CardSide | undefined },
  atr: Uint8Array,
): CardSide {
  if (reader.side !== undefined) return reader.side;
  if (contactlessNames.test(reader.name)) return 'contactless';
  if (contactNames.test(reader.name)) return 'contact';
  return readAnswer(atr)?.form ?? 'contact';
}

/** How the card behind an answer to reset is spoken to; the protocol is the one that was agreed upon, or else the first that it offers. */
export function cardTransport(atr: Uint8Array, agreed?: CardProtocol): CardTransport {
  const answer = readAnswer(atr);
  const offered: CardProtocol = answer?.form === 'contact' && answer.protocols[0] === 0 ? 'T=0' : 'T=1';
  return { protocol: agreed ?? offered, commandChaining: answer?.commandChaining ?? 'not-announced' };
}

/** An answer to reset that breaks the standard says nothing: the reader got along with it, and the product's list judges it. */
function readAnswer(atr: Uint8Array): ReturnType<typeof parseAnswerToReset> | null {
  try {
    return parseAnswerToReset(atr);
  } catch (fault) {
    if (isFault(fault, 'CARD-ANSWER')) return null;
    throw fault;
  }
}
