import { concatBytes, equalBytes } from '#shared/bytes/bytes.ts';
import { aesBlock, aesCbcDecrypt, aesCbcEncrypt, aesCmac, padded80, withoutPadding80 } from './card-aes.ts';
import type { CardCommand } from './card-command.ts';
import { isRefusal, securityLevel } from './secure-session.ts';
import type { HostProof, SecureSession, SensitiveData, SessionMake } from './secure-session.ts';

/** Derivation constants. GPC_SPE_014 v1.1.2 Table 4-1. */
const derivation = {
  cardCryptogram: 0x00,
  hostCryptogram: 0x01,
  cardChallenge: 0x02,
  enc: 0x04,
  mac: 0x06,
  rmac: 0x07,
};

/** How long the host's challenge is under an "i": 8 bytes, 16 in S16 mode. GPC_SPE_014 v1.2 §5.1. */
export function scp03ChallengeLength(parameter: number): number {
  return (parameter & 0x01) !== 0 ? 16 : 8;
}

/**
 * The card's side of secure channel protocol 03, written from GPC_SPE_014 v1.1.2 and, for the S16 mode
 * (bit 0x01 of "i"), v1.2: challenges, cryptograms and MACs are then 16 bytes instead of 8.
 */
export class Scp03Session implements SecureSession {
  readonly updateAnswer: Uint8Array;
  readonly macLength: number;
  readonly sensitive: SensitiveData;
  readonly #parameter: number;
  readonly #enc: Uint8Array;
  readonly #mac: Uint8Array;
  readonly #rmac: Uint8Array;
  readonly #hostCryptogram: Uint8Array;
  #chaining: Uint8Array = new Uint8Array(16);
  #counter = 0;
  #level = 0;

  /** Begins a session for the application that is selected. GPC_SPE_014 v1.1.2 §7.1.1. */
  constructor(make: SessionMake) {
    const { keys, parameter } = make;
    const size = scp03ChallengeLength(parameter);
    const sequence = Uint8Array.from([make.sequence >> 16, (make.sequence >> 8) & 255, make.sequence & 255]);
    const pseudoRandom = (parameter & 0x10) !== 0;
    const challenge = pseudoRandom
      ? derive(keys.enc, derivation.cardChallenge, size, concatBytes(sequence, make.applicationAid))
      : make.random(size);
    const context = concatBytes(make.hostChallenge, challenge);
    const keyLength = keys.enc.length;
    this.macLength = size;
    this.#parameter = parameter;
    this.#enc = derive(keys.enc, derivation.enc, keyLength, context);
    this.#mac = derive(keys.mac, derivation.mac, keyLength, context);
    this.#rmac = derive(keys.mac, derivation.rmac, keyLength, context);
    this.#hostCryptogram = derive(this.#mac, derivation.hostCryptogram, size, context);
    // The static key, not one of the session. GPC_SPE_014 v1.1.2 §6.2.8.
    this.sensitive = { blockLength: 16, decrypt: (data) => aesCbcDecrypt(keys.dek, new Uint8Array(16), data) };
    this.updateAnswer = concatBytes(
      make.diversification,
      Uint8Array.from([make.keyVersion, 0x03, parameter]),
      challenge,
      derive(this.#mac, derivation.cardCryptogram, size, context),
      pseudoRandom ? sequence : new Uint8Array(),
    );
  }

  get level(): number {
    return this.#level;
  }

  /** GPC_SPE_014 v1.1.2 §5.1: R-MAC where bit 0x20 says so, R-ENC where 0x40 does too. */
  offersLevel(level: number): boolean {
    if (level === 0x00 || level === 0x01 || level === 0x03) return true;
    if (level === 0x11 || level === 0x13) return (this.#parameter & 0x20) !== 0;
    return level === 0x33 && (this.#parameter & 0x60) === 0x60;
  }

  /** GPC_SPE_014 v1.1.2 §7.1.2. */
  prove(command: CardCommand): HostProof {
    if (!equalBytes(command.data.slice(0, this.macLength), this.#hostCryptogram)) return 'wrong-cryptogram';
    if (this.#withoutMac(command) === undefined) return 'wrong-mac';
    this.#level = command.p1;
    return 'proven';
  }

  /** Checks the MAC, deciphers the data. GPC_SPE_014 v1.1.2 §6.2.4, §6.2.6. */
  plainCommand(command: CardCommand): CardCommand | undefined {
    const data = this.#withoutMac(command);
    if (data === undefined) return undefined;
    this.#counter++;
    if ((this.#level & securityLevel.cDec) === 0 || data.length === 0) return { ...command, data };
    if (data.length % 16 !== 0) return undefined;
    const plain = withoutPadding80(aesCbcDecrypt(this.#enc, this.#iv(0x00), data));
    return plain === undefined ? undefined : { ...command, data: plain };
  }

  /** GPC_SPE_014 v1.1.2 §6.2.5, §6.2.7. */
  protectedAnswer(data: Uint8Array, sw: number): Uint8Array {
    if (isRefusal(sw)) return data;
    const enciphered =
      (this.#level & securityLevel.rEnc) !== 0 && data.length > 0
        ? aesCbcEncrypt(this.#enc, this.#iv(0x80), padded80(data, 16))
        : data;
    const mac = aesCmac(this.#rmac, concatBytes(this.#chaining, enciphered, Uint8Array.from([sw >> 8, sw & 255])));
    return concatBytes(enciphered, mac.slice(0, this.macLength));
  }

  #withoutMac(command: CardCommand): Uint8Array | undefined {
    const size = this.macLength;
    if (command.data.length < size) return undefined;
    const plain = command.data.slice(0, -size);
    // The logical channel is not part of what is signed: only basic channel commands come here, so CLA goes in as sent.
    const header = Uint8Array.from([command.cla, command.ins, command.p1, command.p2]);
    const mac = aesCmac(this.#mac, concatBytes(this.#chaining, header, command.lengthField, plain));
    if (!equalBytes(mac.slice(0, size), command.data.slice(-size))) return undefined;
    this.#chaining = mac;
    return plain;
  }

  /** The initial chaining vector of message ciphering: the counter enciphered, its first byte 00 for commands, 80 for answers. */
  #iv(first: number): Uint8Array {
    const block = new Uint8Array(16);
    block[0] = first;
    new DataView(block.buffer).setUint32(12, this.#counter);
    return aesBlock(this.#enc, block);
  }
}

/** Key derivation in counter mode with CMAC as its function. NIST SP 800-108 §5.1, GPC_SPE_014 v1.1.2 §4.1.5. */
function derive(key: Uint8Array, constant: number, length: number, context: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let counter = 1; (counter - 1) * 16 < length; counter++) {
    const head = new Uint8Array(16);
    head[11] = constant;
    head[13] = (length * 8) >> 8;
    head[14] = (length * 8) & 255;
    head[15] = counter;
    parts.push(aesCmac(key, concatBytes(head, context)));
  }
  return concatBytes(...parts).slice(0, length);
}
