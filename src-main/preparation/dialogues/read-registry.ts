import { concatBytes } from '#shared/bytes/bytes.ts';
import type { Dialogue } from '#shared/domain/dialogue.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { encodeCommand } from '#shared/protocols/apdu/command-apdu.ts';
import { decodeResponse, expectStatus } from '#shared/protocols/apdu/response-apdu.ts';
import { getStatus, type StatusScope } from '#shared/protocols/globalplatform/card-commands.ts';
import { parseRegistryEntries, type RegistryEntry } from '#shared/protocols/globalplatform/registry-entry.ts';

/** GPC_SPE_034 v2.3.1 §11.4.3.2: more waits; nothing fits the criterion. */
const more = 0x6310;
const nothingFits = 0x6a88;
/** No registry is told in more answers; a card that always has more would otherwise keep the line for ever. */
const mostAnswers = 64;

/**
 * Reads a list of the card's registry through the open channel, with every continuation (6310), as one; none where nothing fits. Does not change the
 * card. CARD-STATUS, CARD-ANSWER, CARD-TLV, CARD-TLV-MISSING. GPC_SPE_034 v2.3.1 §11.4.
 *
 * @param aidPrefix empty for all
 */
export function* readRegistry(
  scope: StatusScope,
  aidPrefix: Uint8Array,
  label: string,
): Dialogue<readonly RegistryEntry[]> {
  const parts: Uint8Array[] = [];
  for (let number = 0; number < mostAnswers; number++) {
    const command = encodeCommand(getStatus(scope, number === 0 ? 'first' : 'next', aidPrefix));
    const response = decodeResponse(yield { kind: 'secure-exchange', command, label });
    if (response.statusWord === nothingFits && number === 0) return [];
    parts.push(expectStatus(response, label, [0x9000, more]));
    if (response.statusWord === 0x9000) return parseRegistryEntries(concatBytes(...parts));
  }
  throw new StationFault('CARD-ANSWER', { command: label, reason: 'the card always has more' });
}
