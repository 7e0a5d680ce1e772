import type { Environment } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import type { CommandApdu } from '#shared/protocols/apdu/command-apdu.ts';
import type { ResponseApdu } from '#shared/protocols/apdu/response-apdu.ts';
import type { SensitiveBlock } from '#shared/protocols/globalplatform/sensitive-data.ts';
import type { KeyPort } from '../port.ts';
import type { KeyProvider } from './key-provider.ts';
import { openScp02 } from './open-scp02.ts';
import { openScp03 } from './open-scp03.ts';
import type { StationActs } from './station-acts.ts';
import type { FoundCardKeys } from './static-card-keys.ts';
import { findCardKeys } from './static-card-keys.ts';

/** What is needed to open a channel, as the port states it. */
export type OpeningRequest = Parameters<KeyPort['openChannel']>[0];

/** What a channel of either protocol does once its card was proven. */
export interface ChannelSession {
  readonly state: 'card-proven' | 'authenticating' | 'open' | 'awaiting-answer' | 'dead';
  acceptAuthentication(response: ResponseApdu): void;
  wrap(command: CommandApdu): CommandApdu;
  unwrap(response: ResponseApdu): ResponseApdu;
  abandon(): void;
}

/** A channel with its session keys in this process. */
export interface OpenedCardChannel {
  readonly session: ChannelSession;
  readonly externalAuthenticate: Uint8Array;
  /**
   * Enciphers whole blocks under the data encryption key: the card's static one by AES-CBC with initial value zero (GPC_SPE_014 v1.1.2 §6.2.8), the
   * session's by TDES-ECB (GPC_SPE_034 v2.3.1 §E.4.7).
   */
  readonly encipher: (blocks: Uint8Array) => Uint8Array;
  readonly block: SensitiveBlock;
  readonly environment: Environment;
  /** The 10 bytes from which the card's own keys are derived. */
  readonly keyDiversificationData: Uint8Array;
  /** Wipes the session keys, and static keys that were derived. */
  readonly wipe: () => void;
}

/** Answers without status word: 28 bytes (SCP02, GPC_SPE_034 v2.3.1 §E.5.1.6), 29, 32, 45 or 48 (SCP03, GPC_SPE_014 v1.1.2 §7.1.1.6). */
const answerLengths: ReadonlySet<number> = new Set([28, 29, 32, 45, 48]);

/** Two bytes more are 9000. */
function withoutStatus(response: Uint8Array): Uint8Array {
  const bare = response.length - 2;
  // 30 bytes are those of SCP02 with 9000; no bare answer has that length.
  const withStatus = answerLengths.has(bare) && response[bare] === 0x90 && response[bare + 1] === 0x00;
  return withStatus ? response.subarray(0, bare) : response;
}

/** The card must speak the protocol of the keys, and have the key version asked for. */
function checkAnswer(answer: Uint8Array, protocol: FoundCardKeys['protocol'], version: number): void {
  const [keyVersion, spoken] = answer.subarray(10, 12);
  const wanted = protocol === 'scp02' ? 2 : 3;
  const refuse = (reason: string): never => {
    throw new StationFault('KEYS-CARD-ANSWER', { reason });
  };
  if (keyVersion === undefined || spoken === undefined) return refuse('shorter than 12 bytes');
  if (spoken !== wanted) return refuse(`secure channel protocol ${spoken} instead of ${wanted}`);
  if (keyVersion !== version) return refuse(`key version ${keyVersion} instead of ${version}`);
}

/**
 * Opens a channel of the protocol that the keys are of. KEYS-CARD-ANSWER, KEYS-CARD-CRYPTOGRAM, KEYS-NOT-FOUND, KEYS-REFUSED, KEYS-ENVIRONMENT; costs the
 * card no try by itself.
 */
export function openCardChannel(
  provider: KeyProvider,
  station: StationActs,
  request: OpeningRequest,
): OpenedCardChannel {
  const { keySet } = request;
  const found = findCardKeys(provider, keySet);
  station.requireEnvironment(found.environment);
  const { name, version } = 'kmc' in keySet ? { name: keySet.kmc, version: keySet.keyVersion } : keySet;
  const answer = withoutStatus(request.initializeUpdateResponse);
  checkAnswer(answer, found.protocol, version);
  try {
    return found.protocol === 'scp02' ? openScp02(found, request, answer) : openScp03(found, request, answer);
  } catch (thrown) {
    if (!(thrown instanceof StationFault) || thrown.code.startsWith('KEYS-')) throw thrown;
    if (thrown.code === 'CARD-CRYPTOGRAM') throw new StationFault('KEYS-CARD-CRYPTOGRAM', { name, version }, thrown);
    throw new StationFault('KEYS-CARD-ANSWER', { reason: String(thrown.details['reason'] ?? thrown.code) }, thrown);
  }
}
