import type { Environment } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { encodeCommand } from '#shared/protocols/apdu/command-apdu.ts';
import type { AesKeyLength } from '#shared/protocols/globalplatform/scp03-derivation.ts';
import { joinDerived, scp03DerivationData } from '#shared/protocols/globalplatform/scp03-derivation.ts';
import type { Scp03InitializeUpdate } from '#shared/protocols/globalplatform/scp03-initialize-update.ts';
import { parseScp03InitializeUpdate } from '#shared/protocols/globalplatform/scp03-initialize-update.ts';
import type { Scp03Level, Scp03SessionKeys } from '#shared/protocols/globalplatform/scp03-messaging.ts';
import { Scp03Session } from '#shared/protocols/globalplatform/scp03-session.ts';
import type { CardKeySetReference, DerivedCardKeysReference } from '../port.ts';
import type { KeyProvider } from './key-provider.ts';
import { nodeCiphers } from './node-ciphers.ts';
import type { StationActs } from './station-acts.ts';
import type { StaticCardKeys } from './static-card-keys.ts';
import { findCardKeys } from './static-card-keys.ts';

/** What is needed to open a channel, as the port states it. */
export interface OpeningRequest {
  readonly keySet: CardKeySetReference | DerivedCardKeysReference;
  readonly hostChallenge: Uint8Array;
  /** Data of the answer, with or without its 9000. */
  readonly initializeUpdateResponse: Uint8Array;
  readonly securityLevel: number;
}

/** A channel with its session keys in this process. */
export interface OpenedScp03 {
  readonly session: Scp03Session;
  readonly externalAuthenticate: Uint8Array;
  /** Enciphers whole blocks under the card's static data encryption key, CBC with initial value zero. */
  readonly encipher: (blocks: Uint8Array) => Uint8Array;
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

/** The three session keys, CMACs under the card's static keys. GPC_SPE_014 v1.1.2 §6.2.1. */
function sessionKeys(
  own: StaticCardKeys,
  length: AesKeyLength,
  hostChallenge: Uint8Array,
  cardChallenge: Uint8Array,
): Scp03SessionKeys {
  const blocks = scp03DerivationData(length, hostChallenge, cardChallenge);
  const derive = (cmac: StaticCardKeys['encCmac'], data: readonly Uint8Array[]): Uint8Array => {
    const parts = data.map(cmac);
    const key = joinDerived(parts, length * 8);
    for (const part of parts) part.fill(0);
    return key;
  };
  return {
    enc: derive(own.encCmac, blocks.enc),
    mac: derive(own.macCmac, blocks.mac),
    rmac: derive(own.macCmac, blocks.rmac),
  };
}

/**
 * Opens an SCP03 channel: the session keys are CMACs computed inside the key store under the static keys, and live here until
 * `wipe`, with the static keys where these were derived from a manufacturer key. KEYS-CARD-ANSWER, KEYS-CARD-CRYPTOGRAM, KEYS-NOT-FOUND, KEYS-ENVIRONMENT. Costs the card no try by itself.
 * GPC_SPE_014 v1.1.2 §6.2.1 to §6.2.3.
 */
export function openScp03(provider: KeyProvider, station: StationActs, request: OpeningRequest): OpenedScp03 {
  const { keySet, hostChallenge } = request;
  const level = requireLevel(request.securityLevel);
  const found = findCardKeys(provider, keySet);
  station.requireEnvironment(found.environment);
  const answer = parseAnswer(request.initializeUpdateResponse);
  const { name, version } = 'kmc' in keySet ? { name: keySet.kmc, version: keySet.keyVersion } : keySet;
  if (answer.keyVersion !== version) {
    throw new StationFault('KEYS-CARD-ANSWER', { reason: `key version ${answer.keyVersion} instead of ${version}` });
  }
  if (hostChallenge.length !== answer.cardChallenge.length) {
    throw new StationFault('KEYS-CARD-ANSWER', { reason: 'challenges of different length' });
  }
  const own = found.forCard(answer.keyDiversificationData);
  const held: Uint8Array[] = [];
  const wipe = (): void => {
    own.wipe();
    for (const key of held) key.fill(0);
  };
  try {
    const keys = sessionKeys(own, found.length, hostChallenge, answer.cardChallenge);
    held.push(keys.enc, keys.mac, keys.rmac);
    own.forgetAuthentication();
    const session = Scp03Session.fromSessionKeys(keys, { ...answer, hostChallenge }, nodeCiphers);
    const externalAuthenticate = encodeCommand(session.externalAuthenticate(level));
    return { session, externalAuthenticate, encipher: own.dekEncrypt, environment: found.environment, wipe };
  } catch (thrown) {
    wipe();
    if (!(thrown instanceof StationFault)) throw thrown;
    if (thrown.code === 'CARD-CRYPTOGRAM') throw new StationFault('KEYS-CARD-CRYPTOGRAM', { name, version }, thrown);
    throw new StationFault('KEYS-CARD-ANSWER', { reason: String(thrown.details['reason'] ?? thrown.code) }, thrown);
  }
}
