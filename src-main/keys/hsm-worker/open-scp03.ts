import type { Environment } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { encodeCommand } from '#shared/protocols/apdu/command-apdu.ts';
import { joinDerived, scp03DerivationData } from '#shared/protocols/globalplatform/scp03-derivation.ts';
import type { Scp03InitializeUpdate } from '#shared/protocols/globalplatform/scp03-initialize-update.ts';
import { parseScp03InitializeUpdate } from '#shared/protocols/globalplatform/scp03-initialize-update.ts';
import type { Scp03Level } from '#shared/protocols/globalplatform/scp03-messaging.ts';
import { Scp03Session } from '#shared/protocols/globalplatform/scp03-session.ts';
import type { CardKeySetReference, KeyIdentity } from '../port.ts';
import type { KeyProvider } from './key-provider.ts';
import { nodeCiphers } from './node-ciphers.ts';
import type { StationActs } from './station-acts.ts';
import { symmetricKeyLength } from './symmetric-key-length.ts';

/** What is needed to open a channel, as the port states it. */
export interface OpeningRequest {
  readonly keySet: CardKeySetReference;
  readonly hostChallenge: Uint8Array;
  /** Data of the answer, with or without its 9000. */
  readonly initializeUpdateResponse: Uint8Array;
  readonly securityLevel: number;
}

/** A channel with its session keys in this process. */
export interface OpenedScp03 {
  readonly session: Scp03Session;
  readonly externalAuthenticate: Uint8Array;
  readonly dekName: string;
  readonly environment: Environment;
  readonly wipe: () => void;
}

const levels: ReadonlySet<number> = new Set<Scp03Level>([0x01, 0x03, 0x11, 0x13, 0x33]);

function requireLevel(level: number): Scp03Level {
  if (!levels.has(level)) throw new StationFault('KEYS-REFUSED', { reason: `SCP03 has no security level ${level}` });
  return level as Scp03Level;
}

/** Answers without status word are 29, 32, 45 or 48 bytes (GPC_SPE_014 v1.1.2 §7.1.1.6); two more are 9000. */
function parseAnswer(response: Uint8Array): Scp03InitializeUpdate {
  const bare = response.length - 2;
  const withStatus = [29, 32, 45, 48].includes(bare) && response[bare] === 0x90 && response[bare + 1] === 0x00;
  try {
    return parseScp03InitializeUpdate(withStatus ? response.subarray(0, bare) : response);
  } catch (thrown) {
    const reason = thrown instanceof StationFault ? String(thrown.details['reason'] ?? thrown.code) : 'unreadable';
    throw new StationFault('KEYS-CARD-ANSWER', { reason }, thrown);
  }
}

function requireKeys(
  provider: KeyProvider,
  keySet: CardKeySetReference,
): readonly [KeyIdentity, KeyIdentity, KeyIdentity] {
  const find = (part: 'enc' | 'mac' | 'dek'): KeyIdentity => {
    const name = `${keySet.name}/${part}`;
    const key = provider.find(name);
    if (key === null || key.version !== keySet.version) throw new StationFault('KEYS-NOT-FOUND', { name });
    return key;
  };
  return [find('enc'), find('mac'), find('dek')];
}

/**
 * Opens an SCP03 channel: the session keys are CMACs computed inside the key store under the static keys, and live here until
 * `wipe`. KEYS-CARD-ANSWER, KEYS-CARD-CRYPTOGRAM, KEYS-NOT-FOUND, KEYS-ENVIRONMENT. Costs the card no try by itself.
 * GPC_SPE_014 v1.1.2 §6.2.1 to §6.2.3.
 */
export function openScp03(provider: KeyProvider, station: StationActs, request: OpeningRequest): OpenedScp03 {
  const { keySet, hostChallenge } = request;
  const level = requireLevel(request.securityLevel);
  const [enc, mac, dek] = requireKeys(provider, keySet);
  station.requireEnvironment(enc.environment);
  const answer = parseAnswer(request.initializeUpdateResponse);
  if (answer.keyVersion !== keySet.version) {
    throw new StationFault('KEYS-CARD-ANSWER', {
      reason: `key version ${answer.keyVersion} instead of ${keySet.version}`,
    });
  }
  if (hostChallenge.length !== answer.cardChallenge.length) {
    throw new StationFault('KEYS-CARD-ANSWER', { reason: 'challenges of different length' });
  }
  if (!enc.algorithm.startsWith('AES')) throw new StationFault('KEYS-REFUSED', { reason: 'the key set is not AES' });
  const length = symmetricKeyLength(enc.algorithm);
  const blocks = scp03DerivationData(length, hostChallenge, answer.cardChallenge);
  const derive = (name: string, data: readonly Uint8Array[]): Uint8Array => {
    const parts = data.map((block) => provider.cmac(name, block));
    const key = joinDerived(parts, length * 8);
    for (const part of parts) part.fill(0);
    return key;
  };
  const keys = {
    enc: derive(enc.name, blocks.enc),
    mac: derive(mac.name, blocks.mac),
    rmac: derive(mac.name, blocks.rmac),
  };
  const wipe = (): void => Object.values(keys).forEach((key) => key.fill(0));
  try {
    const session = Scp03Session.fromSessionKeys(keys, { ...answer, hostChallenge }, nodeCiphers);
    const externalAuthenticate = encodeCommand(session.externalAuthenticate(level));
    return { session, externalAuthenticate, dekName: dek.name, environment: enc.environment, wipe };
  } catch (thrown) {
    wipe();
    if (!(thrown instanceof StationFault)) throw thrown;
    if (thrown.code === 'CARD-CRYPTOGRAM') throw new StationFault('KEYS-CARD-CRYPTOGRAM', { ...keySet }, thrown);
    throw new StationFault('KEYS-CARD-ANSWER', { reason: String(thrown.details['reason'] ?? thrown.code) }, thrown);
  }
}
