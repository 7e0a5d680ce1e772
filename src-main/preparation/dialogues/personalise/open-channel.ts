import { authenticationMarks, cardKeyVersion, type CardKeyReference, type Dialogue } from '#shared/domain/dialogue.ts';
import { describeChannel, type ProductChannel } from '#shared/domain/secure-channel.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { decodeResponse } from '#shared/protocols/apdu/response-apdu.ts';
import { describeStatus, formatStatus } from '#shared/protocols/apdu/status-word.ts';
import { parseScp02InitializeUpdate } from '#shared/protocols/globalplatform/scp02-initialize-update.ts';
import {
  initializeUpdate,
  parseScp03InitializeUpdate,
} from '#shared/protocols/globalplatform/scp03-initialize-update.ts';
import type { SensitivePadding } from '#shared/protocols/globalplatform/sensitive-data.ts';
import { ask } from '../plain-exchange.ts';

/** What a channel is opened with: the card's keys, what the product says of it, and the AID of what is selected. */
export interface ChannelToOpen {
  readonly keySet: CardKeyReference;
  readonly channel: ProductChannel;
  readonly application: Uint8Array;
  readonly padding: SensitivePadding;
}

/** A challenge of 8 bytes, in S16 mode of 16. GPC_SPE_014 v1.2 §6.2.2.1. */
const challengeLength = { S8: 8, S16: 16 } as const;

/**
 * Opens the channel that the product says, under a key set: the card must answer with its protocol, its parameter and the key version; only then
 * are its cryptogram and keys tried. Once, and never again on this card.
 *
 * CARD-ANSWER when the card's channel is another, CARD-AUTHENTICATION when the card refuses the host's cryptogram, the faults of `openChannel` of
 * the key port. GPC_SPE_014 v1.1.2 §7.1.
 */
export function* openChannel({ keySet, channel, application, padding }: ChannelToOpen): Dialogue<void> {
  const isLong = channel.protocol === 'scp03' && (Number.parseInt(channel.parameter, 16) & 0x01) !== 0;
  const hostChallenge = yield { kind: 'random', length: challengeLength[isLong ? 'S16' : 'S8'] };
  yield { kind: 'mark', name: authenticationMarks.begun };
  const version = cardKeyVersion(keySet);
  const command = initializeUpdate(version, hostChallenge);
  const initializeUpdateResponse = yield* ask(command, 'INITIALIZE UPDATE');
  compareAnswer(initializeUpdateResponse, version, channel);
  const securityLevel = Number.parseInt(channel.level, 16);
  const parameter = Number.parseInt(channel.parameter, 16);
  const cardsOwn = { hostChallenge, initializeUpdateResponse, parameter, application };
  const answer = yield { kind: 'open-channel', keySet, securityLevel, padding, ...cardsOwn };
  const { statusWord } = decodeResponse(answer);
  if (statusWord !== 0x9000) {
    throw new StationFault('CARD-AUTHENTICATION', {
      statusWord: formatStatus(statusWord),
      meaning: describeStatus(statusWord).text,
    });
  }
  yield { kind: 'mark', name: authenticationMarks.done };
}

/** A card of SCP02 does not say its option: the C-MACs that it takes show it. GPC_SPE_034 v2.3.1 §E.5.1.6. */
function compareAnswer(answer: Uint8Array, version: number, channel: ProductChannel): void {
  const { keyVersion, parameter } = readAnswer(answer, channel);
  if (parameter === channel.parameter && keyVersion === version) return;
  const card = describeChannel({ protocol: channel.protocol, parameter });
  const reason = `key version ${keyVersion} and ${card} instead of ${version} and ${describeChannel(channel)}`;
  throw new StationFault('CARD-ANSWER', { command: 'INITIALIZE UPDATE', reason });
}

function readAnswer(
  answer: Uint8Array,
  { protocol, parameter }: ProductChannel,
): { readonly keyVersion: number; readonly parameter: string } {
  if (protocol === 'scp02') return { keyVersion: parseScp02InitializeUpdate(answer).keyVersion, parameter };
  const { keyVersion, i } = parseScp03InitializeUpdate(answer);
  return { keyVersion, parameter: i.toString(16).padStart(2, '0') };
}
