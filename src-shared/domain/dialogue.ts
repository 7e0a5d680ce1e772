/** The keys of a card: a set in the key store, or a manufacturer key from which the card's own are derived. */
export type CardKeyReference =
  | { readonly name: string; readonly version: number }
  | { readonly kmc: string; readonly method: 'kdf3' | 'emv-cps-1.1' | 'visa2'; readonly keyVersion: number };

/** The version by which the card knows them. */
export function cardKeyVersion(keys: CardKeyReference): number {
  return 'kmc' in keys ? keys.keyVersion : keys.version;
}

/**
 * A dialogue with a card is a generator without I/O: it yields tagged requests and is handed the answers (DESIGN 7).
 *
 * The same dialogue runs on a card, on a recorded trace and as a dry run that prints the script.
 */
export type DialogueRequest =
  /** Sends one plain command APDU; answered by the plain response with its status word. */
  | { readonly kind: 'exchange'; readonly command: Uint8Array; readonly label: string }
  /** Opens a secure channel on the selected application; later `secure-exchange` requests go through it. */
  | {
      readonly kind: 'open-channel';
      readonly keySet: CardKeyReference;
      readonly hostChallenge: Uint8Array;
      readonly initializeUpdateResponse: Uint8Array;
      readonly securityLevel: number;
      /** Option i that the product says. */
      readonly parameter: number;
      /** AID of what was selected when INITIALIZE UPDATE was sent. */
      readonly application: Uint8Array;
      /** How secret groupings are padded for this card: `always` where it is not said. */
      readonly padding?: 'always' | 'when-needed';
    }
  /**
   * Sends one command through the open channel: plain in, wrapped on the wire, plain out. `next` is what will be sent through it next where this
   * one is answered 9000: it is wrapped along with the answer, so that the key process is asked once a command.
   */
  | {
      readonly kind: 'secure-exchange';
      readonly command: Uint8Array;
      readonly label: string;
      readonly next?: Uint8Array | undefined;
    }
  /** Enciphers a data grouping for the card of the open channel; the value comes enciphered under a transport key. */
  | { readonly kind: 'translate-grouping'; readonly transportKeyName: string; readonly value: Uint8Array }
  /**
   * Derives the card's keys and enciphers them for the card of the open channel; answered by the value of DGI 8000 and, as the last 9 bytes, that of
   * DGI 9000. EMV CPS 1.1 annex A.
   */
  | {
      readonly kind: 'card-keys';
      readonly imkAc: string;
      readonly imkSmi: string;
      readonly imkSmc: string;
      readonly option: 'A' | 'B';
      readonly pan: string;
      readonly panSequence: string;
    }
  /**
   * Enciphers the parts of one of the card's own key pairs for the card of the open channel; answered by the data groupings 8201 to 8205, each with identifier and
   * length. EMV CPS 1.1 annex A and §3.2.
   */
  | {
      readonly kind: 'icc-key';
      readonly purpose: 'authentication' | 'pin-encipherment';
      readonly sealed: Uint8Array;
      readonly publicKey: { readonly modulus: Uint8Array; readonly exponent: Uint8Array };
    }
  /**
   * Makes keys for the card of the open channel, enciphered for it; answered by the data field of PUT KEY and, as the last 10 bytes (4 for one key), the
   * answer of a card that takes them. GPC_SPE_034 v2.3.1 §11.8.
   */
  | {
      readonly kind: 'new-card-keys';
      readonly keySet: CardKeyReference;
      readonly form: 'with-length' | 'plain-length';
      readonly keys: 'all' | 'enc' | 'mac' | 'dek';
    }
  /** Random bytes for a challenge. */
  | { readonly kind: 'random'; readonly length: number }
  /** Resolves a plan's reference to a secret or personal value of the record. */
  | { readonly kind: 'resolve'; readonly reference: string }
  /** A point that the journal must hold before the dialogue goes on. */
  | { readonly kind: 'mark'; readonly name: string }
  /**
   * Asks the key store whether a cryptogram is that of the card in the machine: whose card it is comes from the order, never from the dialogue.
   * Answered by one byte, 01 right and 00 wrong. EMV 4.4 Book 2 §8.1.
   */
  | {
      readonly kind: 'verify-cryptogram';
      readonly imkAc: string;
      readonly option: 'A' | 'B';
      readonly transactionCounter: Uint8Array;
      readonly data: Uint8Array;
      readonly cryptogram: Uint8Array;
    }
  /** Has the key store compute the issuer's answer to a cryptogram of the card in the machine; answered by its 4 bytes. EMV 4.4 Book 2 §8.2.2. */
  | {
      readonly kind: 'response-cryptogram';
      readonly imkAc: string;
      readonly option: 'A' | 'B';
      readonly transactionCounter: Uint8Array;
      readonly cryptogram: Uint8Array;
      readonly cardStatusUpdate: Uint8Array;
    }
  /** A MAC over a script command for the test card in the machine; answered by its 8 bytes. EMV 4.4 Book 2 §9.2. */
  | {
      readonly kind: 'script-mac';
      readonly imkSmi: string;
      readonly option: 'A' | 'B';
      readonly cryptogram: Uint8Array;
      readonly data: Uint8Array;
    }
  /** Enciphers a new PIN block for the test card in the machine; answered by whole blocks. EMV 4.4 Book 2 §9.3. */
  | {
      readonly kind: 'script-encipher';
      readonly imkSmc: string;
      readonly option: 'A' | 'B';
      readonly cryptogram: Uint8Array;
      readonly data: Uint8Array;
    };

/** Marks around the one authentication of a card: before the first command that may cost it a try, and when the channel is open. */
export const authenticationMarks = { begun: 'authentication-begun', done: 'authenticated' } as const;

/** Every request is answered by bytes; `mark` by an empty byte string. */
export type Dialogue<Result> = Generator<DialogueRequest, Result, Uint8Array>;
