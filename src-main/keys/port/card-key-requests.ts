import type { SensitivePadding } from '#shared/protocols/globalplatform/sensitive-data.ts';
import type { KeyValueForm, PutKeyTarget } from '#shared/protocols/globalplatform/put-key.ts';
import type { ChannelHandle, RsaPublicKey } from '../port.ts';

/** A card key set in the HSM: the three keys of one protocol (SCP02 or SCP03) under one name, such as `scp03/training/30`. */
export interface CardKeySetReference {
  readonly name: string;
  readonly version: number;
}

/**
 * The keys of a card as the card's own answer derives them from the issuer's manufacturer key. `kdf3` (SCP03): SP 800-108 in counter mode with
 * CMAC, in the arrangement known as KDF3; `emv-cps-1.1` and `visa2` (SCP02): TDES-ECB over six bytes of the answer. EMV CPS 1.1 §4.1.
 */
export interface DerivedCardKeysReference {
  /** Name of a key of the usage `kmc-scp03` or `kmc-scp02`, as the method asks. */
  readonly kmc: string;
  readonly method: 'kdf3' | 'emv-cps-1.1' | 'visa2';
  /** Key version that the card must answer with, 1 to 255. */
  readonly keyVersion: number;
}

/** What a channel is opened from: the card's answer to INITIALIZE UPDATE, and what the product says of the card. */
export interface ChannelRequest {
  readonly keySet: CardKeySetReference | DerivedCardKeysReference;
  readonly hostChallenge: Uint8Array;
  /** Data of the answer, with or without its 9000. */
  readonly initializeUpdateResponse: Uint8Array;
  readonly securityLevel: number;
  /** Option i. A card of SCP03 must say the same of itself; one of SCP02 does not say it. */
  readonly parameter: number;
  /** AID of the application that was selected when the channel was begun: a pseudo-random card challenge hangs on it. */
  readonly application: Uint8Array;
  /** How secret groupings are padded for this card: `always` where it is not said. */
  readonly padding?: SensitivePadding;
}

/** The worker's side of an opened secure channel. */
export interface OpenedChannel {
  readonly channel: ChannelHandle;
  /** EXTERNAL AUTHENTICATE, complete and MACed. */
  readonly externalAuthenticate: Uint8Array;
}

/** An ICC key pair that waits for its card: sealed by AES key wrap (RFC 3394) under the station's `icc-pool-wrapping` key. */
export interface SealedIccKey {
  readonly sealed: Uint8Array;
  readonly publicKey: RsaPublicKey;
  /** Bits of the modulus. */
  readonly size: number;
  readonly exponent: 3 | 65537;
}

/** One part of a card's RSA key by the Chinese remainder theorem: DGI as EMV CPS 1.1 annex A numbers them, value enciphered for the card. */
export interface IccKeyGrouping {
  readonly dgi: '8201' | '8202' | '8203' | '8204' | '8205';
  readonly value: Uint8Array;
}

/** Which keys of which card, for the channel that is open to it. */
export interface CardKeysRequest {
  readonly channel: ChannelHandle;
  /** Names of the issuer's master keys, all of one issuer and two-key TDES. */
  readonly imkAc: string;
  readonly imkSmi: string;
  readonly imkSmc: string;
  readonly pan: string;
  /** Two digits. */
  readonly panSequence: string;
  /** EMV 4.3 Book 2 annex A1.4.1 or A1.4.2. */
  readonly option: 'A' | 'B';
}

/** Which keys the card of the open channel is to get, and how PUT KEY writes them. */
export interface NewCardKeysRequest {
  readonly channel: ChannelHandle;
  readonly keySet: CardKeySetReference | DerivedCardKeysReference;
  readonly form: KeyValueForm;
  readonly keys: PutKeyTarget['keys'];
}
