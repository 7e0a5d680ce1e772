import { StationFault } from '#shared/faults/station-fault.ts';
import { encodeCommand } from '#shared/protocols/apdu/command-apdu.ts';
import type { AesKeyLength } from '#shared/protocols/globalplatform/scp03-derivation.ts';
import {
  joinDerived,
  scp03CardChallengeData,
  scp03DerivationData,
  scp03MacLength,
} from '#shared/protocols/globalplatform/scp03-derivation.ts';
import type { Scp03InitializeUpdate } from '#shared/protocols/globalplatform/scp03-initialize-update.ts';
import {
  parseScp03InitializeUpdate,
  requireScp03CardChallenge,
} from '#shared/protocols/globalplatform/scp03-initialize-update.ts';
import type { Scp03Level, Scp03SessionKeys } from '#shared/protocols/globalplatform/scp03-messaging.ts';
import { Scp03Session } from '#shared/protocols/globalplatform/scp03-session.ts';
import { nodeCiphers } from './node-ciphers.ts';
import type { OpenedCardChannel, OpeningRequest } from './open-channel.ts';
import type { FoundCardKeys, Scp03CardKeys } from './static-card-keys.ts';

const levels: ReadonlySet<number> = new Set<Scp03Level>([0x01, 0x03, 0x11, 0x13, 0x33]);

function requireLevel(level: number): Scp03Level {
  if (!levels.has(level)) throw new StationFault('KEYS-REFUSED', { reason: `SCP03 has no security level ${level}` });
  return level as Scp03Level;
}

/** What CMACs of blocks join to, cut to bits; the parts are wiped. */
function derived(cmac: (data: Uint8Array) => Uint8Array, blocks: readonly Uint8Array[], bits: number): Uint8Array {
  const parts = blocks.map(cmac);
  const value = joinDerived(parts, bits);
  for (const part of parts) part.fill(0);
  return value;
}

/** The three session keys, CMACs under the card's static keys. GPC_SPE_014 v1.1.2 §6.2.1. */
function sessionKeys(
  own: Scp03CardKeys,
  length: AesKeyLength,
  hostChallenge: Uint8Array,
  cardChallenge: Uint8Array,
): Scp03SessionKeys {
  const blocks = scp03DerivationData(length, hostChallenge, cardChallenge);
  return {
    enc: derived(own.encCmac, blocks.enc, length * 8),
    mac: derived(own.macCmac, blocks.mac, length * 8),
    rmac: derived(own.macCmac, blocks.rmac, length * 8),
  };
}

/** A pseudo-random challenge is derived again under the static ENC key. GPC_SPE_014 v1.1.2 §6.2.2.1. */
function checkChallenge(own: Scp03CardKeys, said: Scp03InitializeUpdate, application: Uint8Array): void {
  if (said.sequenceCounter === undefined) return;
  const blocks = scp03CardChallengeData(said.mode, said.sequenceCounter, application);
  requireScp03CardChallenge(said, derived(own.encCmac, blocks, scp03MacLength(said.mode) * 8));
}

/**
 * Opens an SCP03 channel: the session keys are CMACs computed inside the key store under the static keys, and live here until
 * `wipe`, with the static keys where these were derived from a manufacturer key. Costs the card no try by itself. Faults of the codec,
 * CARD-CRYPTOGRAM before any other about the challenge. GPC_SPE_014 v1.1.2 §6.2.1 to §6.2.3.
 */
export function openScp03(
  found: Extract<FoundCardKeys, { protocol: 'scp03' }>,
  request: OpeningRequest,
  answer: Uint8Array,
): OpenedCardChannel {
  const { hostChallenge, application } = request;
  const level = requireLevel(request.securityLevel);
  const said = parseScp03InitializeUpdate(answer);
  const { keyDiversificationData } = said;
  if (said.i !== request.parameter) {
    const [shown, wanted] = [said.i, request.parameter].map((i) => i.toString(16).padStart(2, '0'));
    throw new StationFault('CARD-CHANNEL', { reason: `option i=${shown} instead of ${wanted}` });
  }
  if (hostChallenge.length !== said.cardChallenge.length) {
    throw new StationFault('CARD-CHANNEL', { reason: 'challenges of different length' });
  }
  const own = found.forCard(keyDiversificationData);
  const held: Uint8Array[] = [];
  const wipe = (): void => {
    own.wipe();
    for (const key of held) key.fill(0);
  };
  try {
    const keys = sessionKeys(own, found.length, hostChallenge, said.cardChallenge);
    held.push(keys.enc, keys.mac, keys.rmac);
    const session = Scp03Session.fromSessionKeys(keys, { ...said, hostChallenge }, nodeCiphers);
    checkChallenge(own, said, application);
    own.forgetAuthentication();
    const externalAuthenticate = encodeCommand(session.externalAuthenticate(level));
    const { environment } = found;
    const encipher = own.dekEncrypt;
    return { session, externalAuthenticate, encipher, block: 16, environment, keyDiversificationData, wipe };
  } catch (thrown) {
    wipe();
    throw thrown;
  }
}
