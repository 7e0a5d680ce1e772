import { concatBytes, equalBytes } from '#shared/bytes/bytes.ts';
import { withoutPadding80 } from './card-aes.ts';
import { desBlock, retailMac, tdesCbcDecrypt, tdesCbcEncrypt, tdesEcbDecrypt, tdesMac } from './card-des.ts';
import type { CardCommand } from './card-command.ts';
import { isRefusal, securityLevel } from './secure-session.ts';
import type { HostProof, SecureSession, SensitiveData, SessionMake } from './secure-session.ts';

/** Derivation constants of the session keys. GPC_SPE_034 v2.3.1 §E.4.1. */
const derivation = { mac: 0x0101, rmac: 0x0102, dek: 0x0181, enc: 0x0182 };

/** Bits of "i" beside 0x15, which all parameters here have: three keys, MAC on the modified APDU, explicit initiation, ICV enciphered. GPC_SPE_034 v2.3.1 Table E-1. */
const option = { rMac: 0x20, pseudoRandomChallenge: 0x40 };

const zeros = new Uint8Array(8);

/** The card's side of secure channel protocol 02 with "i" 15, 35, 55 or 75, written from GPC_SPE_034 v2.3.1 Appendix E. */
export class Scp02Session implements SecureSession {
  readonly updateAnswer: Uint8Array;
  readonly macLength = 8;
  readonly sensitive: SensitiveData;
  readonly #parameter: number;
  readonly #enc: Uint8Array;
  readonly #mac: Uint8Array;
  readonly #rmac: Uint8Array;
  readonly #hostCryptogram: Uint8Array;
  /** The MAC before, for the chain of commands; undefined before EXTERNAL AUTHENTICATE. */
  #lastMac: Uint8Array | undefined;
  #lastAnswerMac: Uint8Array = zeros;
  /** The command before as the answer's MAC covers it. */
  #signedCommand: Uint8Array = new Uint8Array();
  #level = 0;

  /** Begins a session for the application that is selected. GPC_SPE_034 v2.3.1 §E.5.1. */
  constructor(make: SessionMake) {
    const { keys, parameter, hostChallenge } = make;
    const sequence = Uint8Array.from([make.sequence >> 8, make.sequence & 255]);
    this.#parameter = parameter;
    this.#enc = sessionKey(keys.enc, derivation.enc, sequence);
    this.#mac = sessionKey(keys.mac, derivation.mac, sequence);
    this.#rmac = sessionKey(keys.mac, derivation.rmac, sequence);
    const dek = sessionKey(keys.dek, derivation.dek, sequence);
    // §E.4.7: sensitive data are enciphered block by block under the session's own key.
    this.sensitive = { blockLength: 8, decrypt: (data) => tdesEcbDecrypt(dek, data) };
    // §E.4.2.3: the first six bytes of a MAC over the AID.
    const challenge =
      (parameter & option.pseudoRandomChallenge) === 0
        ? make.random(6)
        : retailMac(this.#mac, zeros, make.applicationAid).slice(0, 6);
    this.#hostCryptogram = tdesMac(this.#enc, concatBytes(sequence, challenge, hostChallenge));
    this.updateAnswer = concatBytes(
      make.diversification,
      Uint8Array.from([make.keyVersion, 0x02]),
      sequence,
      challenge,
      tdesMac(this.#enc, concatBytes(hostChallenge, sequence, challenge)),
    );
  }

  get level(): number {
    return this.#level;
  }

  /** GPC_SPE_034 v2.3.1 §E.5.2.3. */
  offersLevel(level: number): boolean {
    if (level === 0x00 || level === 0x01 || level === 0x03) return true;
    return (level === 0x11 || level === 0x13) && (this.#parameter & option.rMac) !== 0;
  }

  /** GPC_SPE_034 v2.3.1 §E.5.2. The MACs of answers begin with that of EXTERNAL AUTHENTICATE, §E.4.5. */
  prove(command: CardCommand): HostProof {
    if (!equalBytes(command.data.slice(0, 8), this.#hostCryptogram)) return 'wrong-cryptogram';
    if (!this.#hasRightMac(command, command.data.slice(0, -8))) return 'wrong-mac';
    this.#level = command.p1;
    this.#lastAnswerMac = this.#lastMac ?? zeros;
    return 'proven';
  }

  /** Deciphers the data, then checks the MAC, which was made over the clear data. GPC_SPE_034 v2.3.1 §E.4.4, §E.4.6. */
  plainCommand(command: CardCommand): CardCommand | undefined {
    if (command.data.length < 8) return undefined;
    const sent = command.data.slice(0, -8);
    const data = (this.#level & securityLevel.cDec) !== 0 && sent.length > 0 ? this.#deciphered(sent) : sent;
    if (data === undefined || !this.#hasRightMac(command, data)) return undefined;
    const { cla, ins, p1, p2 } = command;
    this.#signedCommand = concatBytes(Uint8Array.of(cla & 0xf8, ins, p1, p2, data.length), data);
    return { ...command, data };
  }

  /** The MAC of an answer covers the command without its MAC, and the answer. GPC_SPE_034 v2.3.1 §E.4.5. */
  protectedAnswer(data: Uint8Array, sw: number): Uint8Array {
    if (isRefusal(sw)) return data;
    const answer = concatBytes(Uint8Array.of(data.length), data, Uint8Array.of(sw >> 8, sw & 255));
    this.#lastAnswerMac = retailMac(this.#rmac, this.#lastAnswerMac, concatBytes(this.#signedCommand, answer));
    return concatBytes(data, this.#lastAnswerMac);
  }

  #deciphered(data: Uint8Array): Uint8Array | undefined {
    return data.length % 8 === 0 ? withoutPadding80(tdesCbcDecrypt(this.#enc, zeros, data)) : undefined;
  }

  #hasRightMac(command: CardCommand, data: Uint8Array): boolean {
    const chaining = this.#lastMac === undefined ? zeros : desBlock(this.#mac.slice(0, 8), this.#lastMac);
    const length = data.length + 8;
    const lengthField = command.lengthField.length === 1 ? [length] : [0, length >> 8, length & 255];
    const header = Uint8Array.from([command.cla, command.ins, command.p1, command.p2, ...lengthField]);
    const mac = retailMac(this.#mac, chaining, concatBytes(header, data));
    if (!equalBytes(mac, command.data.slice(-8))) return false;
    this.#lastMac = mac;
    return true;
  }
}

function sessionKey(key: Uint8Array, constant: number, sequence: Uint8Array): Uint8Array {
  const block = concatBytes(Uint8Array.of(constant >> 8, constant & 255), sequence, new Uint8Array(12));
  return tdesCbcEncrypt(key, zeros, block);
}
