import { StationFault } from '#shared/faults/station-fault.ts';
import { encodeCommand } from '#shared/protocols/apdu/command-apdu.ts';
import { scp02Constant, scp02DerivationData } from '#shared/protocols/globalplatform/scp02-derivation.ts';
import { parseScp02InitializeUpdate } from '#shared/protocols/globalplatform/scp02-initialize-update.ts';
import type { Scp02Level } from '#shared/protocols/globalplatform/scp02-messaging.ts';
import { Scp02Session } from '#shared/protocols/globalplatform/scp02-session.ts';
import { nodeTdes, tdesEcbEncrypt } from './node-tdes.ts';
import type { OpenedCardChannel, OpeningRequest } from './open-channel.ts';
import type { FoundCardKeys } from './static-card-keys.ts';

const levels: ReadonlySet<number> = new Set<Scp02Level>([0x01, 0x03, 0x11, 0x13]);

function requireLevel(level: number): Scp02Level {
  if (!levels.has(level)) throw new StationFault('KEYS-REFUSED', { reason: `SCP02 has no security level ${level}` });
  return level as Scp02Level;
}

/**
 * Opens an SCP02 channel: the session keys, that of data encryption among them, are derived from the static keys and the card's counter, and
 * live here until `wipe`; the static keys are not needed any more. Costs the card no try by itself. Faults of the codec, CARD-CRYPTOGRAM first
 * of all. GPC_SPE_034 v2.3.1 §E.4.1, §E.4.2.
 */
export function openScp02(
  found: Extract<FoundCardKeys, { protocol: 'scp02' }>,
  request: OpeningRequest,
  answer: Uint8Array,
): OpenedCardChannel {
  const { hostChallenge, parameter, application } = request;
  const level = requireLevel(request.securityLevel);
  if (hostChallenge.length !== 8)
    throw new StationFault('CARD-CHANNEL', { reason: 'the host challenge is not 8 bytes' });
  const said = parseScp02InitializeUpdate(answer);
  const { keyDiversificationData, sequenceCounter } = said;
  const own = found.forCard(keyDiversificationData);
  const held: Uint8Array[] = [];
  const wipe = (): void => held.forEach((key) => key.fill(0));
  try {
    const derive = (part: 'enc' | 'mac' | 'dek', constant: Parameters<typeof scp02DerivationData>[0]): Uint8Array => {
      const key = own.sessionKey(part, scp02DerivationData(constant, sequenceCounter));
      held.push(key);
      return key;
    };
    const keys = {
      enc: derive('enc', scp02Constant.enc),
      mac: derive('mac', scp02Constant.mac),
      rmac: derive('mac', scp02Constant.rmac),
    };
    const dek = derive('dek', scp02Constant.dek);
    const parameters = { ...said, i: parameter, hostChallenge, application };
    const session = Scp02Session.fromSessionKeys(keys, parameters, nodeTdes);
    const externalAuthenticate = encodeCommand(session.externalAuthenticate(level));
    const encipher = (blocks: Uint8Array): Uint8Array => tdesEcbEncrypt(dek, blocks);
    const { environment } = found;
    return { session, externalAuthenticate, encipher, block: 8, environment, keyDiversificationData, wipe };
  } catch (thrown) {
    wipe();
    throw thrown;
  } finally {
    own.wipe();
  }
}
