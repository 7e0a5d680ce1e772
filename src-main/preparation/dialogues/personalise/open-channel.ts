import { authenticationMarks, type Dialogue } from '#shared/domain/dialogue.ts';
import { describeChannel, type ProductChannel } from '#shared/domain/secure-channel.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { decodeResponse } from '#shared/protocols/apdu/response-apdu.ts';
import { describeStatus, formatStatus } from '#shared/protocols/apdu/status-word.ts';
import {
  initializeUpdate,
  parseScp03InitializeUpdate,
} from '#shared/protocols/globalplatform/scp03-initialize-update.ts';
import type { ChipPlan } from '../../card-plan.ts';
import { ask } from '../plain-exchange.ts';

type PlannedKeySet = Extract<ChipPlan, { kind: 'emv' }>['keySet'];

/** A challenge of 8 bytes, in S16 mode of 16. GPC_SPE_014 v1.2 §6.2.2.1. */
const challengeLength = { S8: 8, S16: 16 } as const;

/**
 * Opens the channel that the product says, under a key set: the card must answer with its protocol, its parameter and the key version; only then
 * are its cryptogram and keys tried. Once, and never again on this card.
 *
 * CARD-ANSWER when the card's channel is another, CARD-AUTHENTICATION when the card refuses the host's cryptogram, the faults of `openChannel` of
 * the key port. GPC_SPE_014 v1.1.2 §7.1.
 */
export function* openChannel(keySet: PlannedKeySet, channel: ProductChannel): Dialogue<void> {
  const isLong = channel.protocol === 'scp03' && (Number.parseInt(channel.parameter, 16) & 0x01) !== 0;
  const hostChallenge = yield { kind: 'random', length: challengeLength[isLong ? 'S16' : 'S8'] };
  yield { kind: 'mark', name: authenticationMarks.begun };
  const command = initializeUpdate(keySet.version, hostChallenge);
  const initializeUpdateResponse = yield* ask(command, 'INITIALIZE UPDATE');
  compareAnswer(initializeUpdateResponse, keySet, channel);
  const securityLevel = Number.parseInt(channel.level, 16);
  const answer = yield { kind: 'open-channel', keySet, hostChallenge, initializeUpdateResponse, securityLevel };
  const { statusWord } = decodeResponse(answer);
  if (statusWord !== 0x9000) {
    throw new StationFault('CARD-AUTHENTICATION', {
      statusWord: formatStatus(statusWord),
      meaning: describeStatus(statusWord).text,
    });
  }
  yield { kind: 'mark', name: authenticationMarks.done };
}

function compareAnswer(answer: Uint8Array, keySet: PlannedKeySet, channel: ProductChannel): void {
  if (channel.protocol === 'scp02')
    throw new StationFault('CARD-PERSONALISATION', { reason: `${describeChannel(channel)} is not offered` });
  const said = parseScp03InitializeUpdate(answer);
  const parameter = said.i.toString(16).padStart(2, '0');
  if (parameter === channel.parameter && said.keyVersion === keySet.version) return;
  const card = describeChannel({ protocol: channel.protocol, parameter });
  const reason = `key version ${said.keyVersion} and ${card} instead of ${keySet.version} and ${describeChannel(channel)}`;
  throw new StationFault('CARD-ANSWER', { command: 'INITIALIZE UPDATE', reason });
}
