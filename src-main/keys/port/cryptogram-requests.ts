/** Which card's key a cryptogram is computed with, and in which transaction of the card. */
interface CardTransaction {
  readonly pan: string;
  /** Two digits. */
  readonly panSequence: string;
  /** EMV 4.4 Book 2 annex A1.4.1 or A1.4.2. */
  readonly option: 'A' | 'B';
}

/** A cryptogram that a card answered, and all that it was computed over. */
export interface CryptogramRequest extends CardTransaction {
  /** Name of the issuer's master key for application cryptograms, two-key TDES. */
  readonly imkAc: string;
  /** 2 bytes, as the card said it. */
  readonly atc: Uint8Array;
  /** What the MAC is computed over, without padding; at most 512 bytes. */
  readonly data: Uint8Array;
  /** 8 bytes. */
  readonly cryptogram: Uint8Array;
}

/** The issuer's answer to a card's cryptogram. EMV 4.4 Book 2 §8.2.2. */
export interface ResponseCryptogramRequest extends CardTransaction {
  readonly imkAc: string;
  /** 2 bytes. */
  readonly atc: Uint8Array;
  /** 8 bytes. */
  readonly cryptogram: Uint8Array;
  /** 4 bytes. */
  readonly cardStatusUpdate: Uint8Array;
}

/** A MAC over one command of an issuer script for a test card. EMV 4.4 Book 2 §9.2. */
export interface ScriptMacRequest extends CardTransaction {
  /** Name of the issuer's master key for message integrity, two-key TDES. */
  readonly imkSmi: string;
  /** 8 bytes: the cryptogram of the transaction that the script belongs to. */
  readonly cryptogram: Uint8Array;
  /** What the MAC is computed over, without padding; at most 512 bytes. */
  readonly data: Uint8Array;
}

/** Data of one command of an issuer script for a test card, to be enciphered: a new PIN block. EMV 4.4 Book 2 §9.3. */
export interface ScriptCipherRequest extends CardTransaction {
  /** Name of the issuer's master key for message secrecy, two-key TDES. */
  readonly imkSmc: string;
  /** 8 bytes: the cryptogram of the transaction that the script belongs to. */
  readonly cryptogram: Uint8Array;
  readonly data: Uint8Array;
}

/** The acts of the key port on cryptograms: what an issuer's host computes of one card. */
export interface CryptogramActs {
  /**
   * Says whether a cryptogram is that of this card in this transaction: the card's key by option A or B, the session key of the transaction counter, the
   * MAC and the comparison all inside. The cryptogram itself is never given out. KEYS-REFUSED, EMV-VALUE-FORM. EMV 4.4 Book 2 §8.1, annex A1.3.1.
   */
  verifyCryptogram(request: CryptogramRequest, signal: AbortSignal): Promise<'right' | 'wrong'>;

  /** The issuer's answer to a cryptogram by method 2, 4 bytes; other than a status update of zeros, which approves nothing, under test keys only (KEYS-REFUSED). EMV 4.4 Book 2 §8.2.2. */
  responseCryptogram(request: ResponseCryptogramRequest, signal: AbortSignal): Promise<Uint8Array>;

  /** The MAC over one script command, 8 bytes; under test keys only (KEYS-REFUSED). EMV 4.4 Book 2 §9.2.2, §9.2.3. */
  scriptMac(request: ScriptMacRequest, signal: AbortSignal): Promise<Uint8Array>;

  /** Script data enciphered, in whole blocks; under test keys only (KEYS-REFUSED). EMV 4.4 Book 2 §9.3.3. */
  scriptEncipher(request: ScriptCipherRequest, signal: AbortSignal): Promise<Uint8Array>;
}
