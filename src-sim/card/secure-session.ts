import type { CardCommand } from './card-command.ts';

/** Security level bits of EXTERNAL AUTHENTICATE, the same for both protocols. GPC_SPE_014 v1.1.2 Table 7-6, GPC_SPE_034 v2.3.1 Table E-9. */
export const securityLevel = { cMac: 0x01, cDec: 0x02, rMac: 0x10, rEnc: 0x20 } as const;

/** How a session enciphers what is secret beyond it: keys of PUT KEY, secret data groupings of STORE DATA. */
export interface SensitiveData {
  /** Enciphered data are a multiple of so many bytes. */
  readonly blockLength: 8 | 16;
  /** Deciphers whole blocks; padding stays on. */
  decrypt(data: Uint8Array): Uint8Array;
}

/** What becomes of an EXTERNAL AUTHENTICATE. */
export type HostProof = 'proven' | 'wrong-cryptogram' | 'wrong-mac';

/** One secure channel session on the card's side, from the answer to INITIALIZE UPDATE on; it knows nothing of tries and counters. */
export interface SecureSession {
  /** The data that INITIALIZE UPDATE answers. */
  readonly updateAnswer: Uint8Array;
  /** How long host cryptogram and MAC are: EXTERNAL AUTHENTICATE brings both. */
  readonly macLength: number;
  readonly sensitive: SensitiveData;
  /** Whether the "i" of the session gives this security level. */
  offersLevel(level: number): boolean;
  /** Checks the host's cryptogram and the MAC of EXTERNAL AUTHENTICATE; the session takes its level, P1, where both are right. */
  prove(command: CardCommand): HostProof;
  /** The level of the session, 0 before EXTERNAL AUTHENTICATE. */
  readonly level: number;
  /** Takes secure messaging off a command that bears it; undefined where MAC or padding are wrong. */
  plainCommand(command: CardCommand): CardCommand | undefined;
  /** Puts what the level asks for on an answer to the command before; refusals go out bare. */
  protectedAnswer(data: Uint8Array, sw: number): Uint8Array;
}

/** What a session is made of. */
export interface SessionMake {
  readonly keys: { readonly enc: Uint8Array; readonly mac: Uint8Array; readonly dek: Uint8Array };
  readonly keyVersion: number;
  /** The "i" of the protocol. */
  readonly parameter: number;
  /** The sequence counter of the key set. */
  readonly sequence: number;
  readonly hostChallenge: Uint8Array;
  /** AID of the application that is selected: pseudo-random challenges depend on it. */
  readonly applicationAid: Uint8Array;
  /** Ten bytes that identify the chip's keys. */
  readonly diversification: Uint8Array;
  readonly random: (length: number) => Uint8Array;
}

/** Whether a status word goes out bare even where answers bear a MAC. GPC_SPE_014 v1.1.2 §6.2.5. */
export function isRefusal(sw: number): boolean {
  const high = sw >> 8;
  return sw !== 0x9000 && high !== 0x62 && high !== 0x63;
}
