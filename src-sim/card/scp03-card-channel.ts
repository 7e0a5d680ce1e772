import { concatBytes, equalBytes, fromHex } from '#shared/bytes/bytes.ts';
import { aesBlock, aesCbcDecrypt, aesCbcEncrypt, aesCmac, padded80, withoutPadding80 } from './card-aes.ts';
import type { CardCommand } from './card-command.ts';
import { triesOfKeySet } from './chip-state.ts';
import type { ChipState } from './chip-state.ts';
import { StatusError, statusWords } from './status-word.ts';

/** Derivation constants. GPC_SPE_014 v1.1.2 Table 4-1. */
const derivation = {
  cardCryptogram: 0x00,
  hostCryptogram: 0x01,
  cardChallenge: 0x02,
  enc: 0x04,
  mac: 0x06,
  rmac: 0x07,
};

/** Security level bits of EXTERNAL AUTHENTICATE. GPC_SPE_014 v1.1.2 Table 7-6. */
const level = { cMac: 0x01, cDec: 0x02, rMac: 0x10, rEnc: 0x20 };

interface Session {
  readonly enc: Uint8Array;
  readonly mac: Uint8Array;
  readonly rmac: Uint8Array;
  readonly hostCryptogram: Uint8Array;
  chaining: Uint8Array;
  counter: number;
  phase: 'updated' | 'open';
  level: number;
}

/**
 * The card's side of secure channel protocol 03, written from GPC_SPE_014 v1.1.2 and, for the S16 mode
 * (bit 0x01 of "i"), v1.2: challenges, cryptograms and MACs are then 16 bytes instead of 8.
 */
export class Scp03CardChannel {
  readonly #state: ChipState;
  readonly #random: (length: number) => Uint8Array;
  /** Wrong keys by command of a test: the chip answers as if it held other ones. */
  readonly #keyMask: number;
  #session: Session | undefined;

  constructor(state: ChipState, random: (length: number) => Uint8Array, keyMask: number) {
    this.#state = state;
    this.#random = random;
    this.#keyMask = keyMask;
  }

  /** Forgets the session: reset, selection, broken MAC. */
  close(): void {
    this.#session = undefined;
  }

  get isOpen(): boolean {
    return this.#session?.phase === 'open';
  }

  /** The static data encryption key, for sensitive data. GPC_SPE_014 v1.1.2 §6.2.8. */
  decryptSensitive(data: Uint8Array): Uint8Array {
    return aesCbcDecrypt(this.#key('dek'), new Uint8Array(16), data);
  }

  /** INITIALIZE UPDATE: begins a session for the application that has the given AID. GPC_SPE_014 v1.1.2 §7.1.1. */
  initializeUpdate(command: CardCommand, applicationAid: Uint8Array): Uint8Array {
    this.close();
    const { keySet, counters } = this.#state;
    if (command.p2 !== 0) throw new StatusError('wrongParameters');
    if (command.p1 !== 0 && command.p1 !== keySet.version) throw new StatusError('referencedDataNotFound');
    const size = this.#macLength();
    if (command.data.length !== size) throw new StatusError('wrongLength');
    if (keySet.failures >= triesOfKeySet) throw new StatusError('authenticationBlocked');
    counters.initializeUpdates++;
    const sequence = Uint8Array.from([keySet.sequence >> 16, (keySet.sequence >> 8) & 255, keySet.sequence & 255]);
    const pseudoRandom = (keySet.parameter & 0x10) !== 0;
    const challenge = pseudoRandom
      ? derive(this.#key('enc'), derivation.cardChallenge, size, concatBytes(sequence, applicationAid))
      : this.#random(size);
    const context = concatBytes(command.data, challenge);
    const keyLength = this.#key('enc').length;
    const mac = derive(this.#key('mac'), derivation.mac, keyLength, context);
    this.#session = {
      enc: derive(this.#key('enc'), derivation.enc, keyLength, context),
      mac,
      rmac: derive(this.#key('mac'), derivation.rmac, keyLength, context),
      hostCryptogram: derive(mac, derivation.hostCryptogram, size, context),
      chaining: new Uint8Array(16),
      counter: 0,
      phase: 'updated',
      level: 0,
    };
    return concatBytes(
      keyDiversificationData(this.#state),
      Uint8Array.from([keySet.version, 0x03, keySet.parameter]),
      challenge,
      derive(mac, derivation.cardCryptogram, size, context),
      pseudoRandom ? sequence : new Uint8Array(),
    );
  }

  /** EXTERNAL AUTHENTICATE: proves the host and opens the session at a level. GPC_SPE_014 v1.1.2 §7.1.2. */
  externalAuthenticate(command: CardCommand): void {
    const session = this.#session;
    if (session?.phase !== 'updated') throw new StatusError('conditionsNotSatisfied');
    this.close();
    if ((command.cla & 0x04) === 0) throw new StatusError('securityNotSatisfied');
    if (command.p2 !== 0 || !this.#levelIsOffered(command.p1)) throw new StatusError('wrongParameters');
    const size = this.#macLength();
    if (command.data.length !== 2 * size) throw new StatusError('wrongLength');
    const { keySet, counters } = this.#state;
    // The try is counted before the comparison, so that pulling the card during it saves nobody a try.
    keySet.failures++;
    counters.failedAuthentications++;
    if (!equalBytes(command.data.slice(0, size), session.hostCryptogram)) throw new StatusError('authenticationFailed');
    if (this.#plainDataOf(command, session) === undefined) throw new StatusError('securityNotSatisfied');
    keySet.failures = 0;
    keySet.sequence = (keySet.sequence + 1) & 0xffffff;
    counters.failedAuthentications--;
    counters.authentications++;
    session.phase = 'open';
    session.level = command.p1;
    this.#session = session;
  }

  /**
   * Takes secure messaging off a command of an open session: checks the MAC, deciphers the data.
   * A command that does not bear what the level asks for ends the session (6982). GPC_SPE_014 v1.1.2 §6.2.4, §6.2.6.
   */
  unwrap(command: CardCommand): CardCommand {
    const session = this.#session;
    const secured = (command.cla & 0x04) !== 0;
    if (session?.phase !== 'open' || session.level === 0) {
      if (secured) throw new StatusError('securityNotSatisfied');
      return command;
    }
    const data = secured ? this.#plainDataOf(command, session) : undefined;
    if (data === undefined) {
      this.close();
      throw new StatusError('securityNotSatisfied');
    }
    session.counter++;
    if ((session.level & level.cDec) === 0 || data.length === 0) return { ...command, data };
    const plain =
      data.length % 16 === 0 ? withoutPadding80(aesCbcDecrypt(session.enc, this.#iv(0x00), data)) : undefined;
    if (plain === undefined) {
      this.close();
      throw new StatusError('securityNotSatisfied');
    }
    return { ...command, data: plain };
  }

  /** Whether answers of this session bear a MAC. */
  get protectsAnswers(): boolean {
    return this.#session?.phase === 'open' && (this.#session.level & level.rMac) !== 0;
  }

  /** Puts secure messaging on an answer; errors go out bare. GPC_SPE_014 v1.1.2 §6.2.5, §6.2.7. */
  wrapAnswer(data: Uint8Array, sw: number): Uint8Array {
    const session = this.#session;
    const high = sw >> 8;
    const isError = sw !== statusWords.ok && high !== 0x62 && high !== 0x63;
    if (session === undefined || !this.protectsAnswers || isError) return data;
    const enciphered =
      (session.level & level.rEnc) !== 0 && data.length > 0
        ? aesCbcEncrypt(session.enc, this.#iv(0x80), padded80(data, 16))
        : data;
    const mac = aesCmac(session.rmac, concatBytes(session.chaining, enciphered, Uint8Array.from([high, sw & 255])));
    return concatBytes(enciphered, mac.slice(0, this.#macLength()));
  }

  #plainDataOf(command: CardCommand, session: Session): Uint8Array | undefined {
    const size = this.#macLength();
    if (command.data.length < size) return undefined;
    const plain = command.data.slice(0, -size);
    // The logical channel is not part of what is signed: only basic channel commands come here, so CLA goes in as sent.
    const header = Uint8Array.from([command.cla, command.ins, command.p1, command.p2]);
    const mac = aesCmac(session.mac, concatBytes(session.chaining, header, command.lengthField, plain));
    if (!equalBytes(mac.slice(0, size), command.data.slice(-size))) return undefined;
    session.chaining = mac;
    return plain;
  }

  /** The initial chaining vector of message ciphering: the counter enciphered, its first byte 00 for commands, 80 for answers. */
  #iv(first: number): Uint8Array {
    const session = this.#session;
    if (session === undefined) throw new StatusError('securityNotSatisfied');
    const block = new Uint8Array(16);
    block[0] = first;
    new DataView(block.buffer).setUint32(12, session.counter);
    return aesBlock(session.enc, block);
  }

  #levelIsOffered(wanted: number): boolean {
    const parameter = this.#state.keySet.parameter;
    if (wanted === 0x00 || wanted === 0x01 || wanted === 0x03) return true;
    if (wanted === 0x11 || wanted === 0x13) return (parameter & 0x20) !== 0;
    return wanted === 0x33 && (parameter & 0x60) === 0x60;
  }

  #macLength(): number {
    return (this.#state.keySet.parameter & 0x01) !== 0 ? 16 : 8;
  }

  #key(name: 'enc' | 'mac' | 'dek'): Uint8Array {
    return fromHex(this.#state.keySet[name]).map((byte) => byte ^ this.#keyMask);
  }
}

/** Ten bytes that identify the chip's keys: fabricator, IC type, serial and batch of the CPLC. */
function keyDiversificationData(state: ChipState): Uint8Array {
  const cplc = fromHex(state.cplc);
  return concatBytes(cplc.slice(0, 4), cplc.slice(12, 18));
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
