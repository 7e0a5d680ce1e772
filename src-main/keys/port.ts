import type { BatchId, Environment, IssuerId } from '#shared/domain/identifiers.ts';
import type { KeyAlgorithm, KeyUsage } from '#shared/domain/key-usage.ts';
import type {
  CardKeySetReference,
  CardKeysRequest,
  DerivedCardKeysReference,
  IccKeyGrouping,
  NewCardKeysRequest,
  OpenedChannel,
  SealedIccKey,
} from './port/card-key-requests.ts';
import type { ChannelActs } from './port/channel-requests.ts';
import type { CryptogramActs } from './port/cryptogram-requests.ts';
import type {
  CardVerificationRequest,
  DynamicCvc3Request,
  PinAct,
  PinOffsetRequest,
  PinTranslationRequest,
  PinVerificationRequest,
} from './port/value-requests.ts';

export type { CardKeySetReference, DerivedCardKeysReference, IccKeyGrouping, OpenedChannel, SealedIccKey };

/**
 * How a check value is computed; its first 3 bytes are kept. `tdes-zeros`: encryption of 8 zero bytes; `aes-cmac-zeros`: CMAC of a zero
 * block; `public-key-sha256`: SHA-256 of the uncompressed point (EC) or of modulus and exponent one after the other (RSA);
 * `hmac-empty`: HMAC of nothing. The first two are those of ANSI X9.24-1-2017 annex A.
 */
export type KcvMethod = 'tdes-zeros' | 'aes-cmac-zeros' | 'public-key-sha256' | 'hmac-empty';

/** Names one key: its usage, its issuer where it has one, its version and its check value. */
export interface KeyIdentity {
  /** For example `pan-digest/northbank/1`; unique in the token. */
  readonly name: string;
  readonly usage: KeyUsage;
  readonly algorithm: KeyAlgorithm;
  readonly environment: Environment;
  readonly issuer: IssuerId | null;
  readonly version: number;
  /** First 3 bytes of the check value, in hexadecimal. */
  readonly kcv: string;
  readonly kcvMethod: KcvMethod;
  /** Bits of the modulus and public exponent; of RSA pairs only. */
  readonly size?: number;
  readonly exponent?: 3 | 65537;
}

/** A key to be made: what it will be, without anything that comes from the key itself. */
export interface KeyRequest {
  /** Small letters, digits, `.`, `-` and `/`, at most 100; such as `imk-ac/northbank/1`. */
  readonly name: string;
  readonly usage: KeyUsage;
  readonly algorithm: KeyAlgorithm;
  /** Of a key whose usage is owned by an issuer; null for every other. */
  readonly issuer: IssuerId | null;
  readonly environment: Environment;
  readonly version: number;
}

/** A public RSA key as unsigned big-endian bytes; the exponent without leading zeros. */
export interface RsaPublicKey {
  readonly modulus: Uint8Array;
  readonly exponent: Uint8Array;
}

/** One mechanism of the key store as it was found at start by a known answer. */
export interface MechanismState {
  readonly mechanism: string;
  readonly state: 'proven' | 'missing';
  /** The module's result or `wrong answer`, where it is missing. */
  readonly reason: string | null;
  /** Published answer or round trip that decided. */
  readonly source: string;
  /** Usages of which no key, or none of some algorithms, can be made without it. */
  readonly usages: readonly KeyUsage[];
}

/** A P-256 public key as JWK members, base64url. */
export interface EcPublicJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
}

/** A record sealed at rest under the batch's data key (AES-256-GCM); authentic only for this batch and index. */
export interface SealedRecord {
  readonly index: number;
  /** nonce (12 bytes) | ciphertext | tag (16 bytes). */
  readonly bytes: Uint8Array;
}

/** What the worker found when it opened one record of the CMS. */
export type OpenedRecord =
  | { readonly kind: 'opened'; readonly index: number; readonly plaintext: Uint8Array; readonly sealed: SealedRecord }
  | { readonly kind: 'refused'; readonly index: number; readonly reason: 'header' | 'authentication' | 'form' };

/** Handle of a content key that lives in the worker while one batch is taken in. */
export type ContentKeyHandle = string & { readonly __brand: 'ContentKeyHandle' };
/** Handle of a secure channel whose session keys live in the worker. */
export type ChannelHandle = string & { readonly __brand: 'ChannelHandle' };

/** Handle of a component ceremony whose entries live in the worker. */
export type CeremonyHandle = string & { readonly __brand: 'CeremonyHandle' };

/** One entry of one component: each is entered twice. */
export interface ComponentPass {
  /** From 1. */
  readonly component: number;
  readonly pass: 'first' | 'second';
}

/** A key block to be brought in, and what its key is to be here. */
export interface KeyBlockRequest {
  /** Key block of version B or D, ANSI X9.143-2022. */
  readonly block: string;
  /** Name of the protection key, of the same issuer and environment and at least as strong. */
  readonly protectionKey: string;
  readonly key: KeyRequest;
  /** Check value that came another way, six hexadecimal digits, or null. */
  readonly expectedKcv: string | null;
}

/**
 * The station's keys, spoken of as acts, never as mechanisms.
 *
 * Key material is in clear only inside the worker behind this port. Every act rejects with a StationFault of the area KEYS
 * (KEYS-NOT-FOUND, KEYS-REFUSED, KEYS-HSM-LOST, KEYS-WORKER-LOST, KEYS-DEADLINE ...), and takes a signal.
 */
export interface KeyPort extends ChannelActs, CryptogramActs {
  /**
   * What answers: module and token, or `node:crypto`; and the acts that it does not offer (KEYS-NOT-OFFERED). KEYS-HSM-LOST where the token
   * is not what it was.
   */
  describe(signal: AbortSignal): Promise<{
    readonly provider: 'pkcs11' | 'node-crypto';
    readonly module: string;
    readonly token: string;
    readonly notOffered: readonly PinAct[];
  }>;

  /** Lists every key of the station, without material. */
  list(signal: AbortSignal): Promise<readonly KeyIdentity[]>;

  /** What the known answers at start said of each mechanism, and which usages hang on it. */
  mechanisms(signal: AbortSignal): Promise<readonly MechanismState[]>;

  /**
   * Makes a key inside the key store, for one purpose.
   *
   * KEYS-REFUSED where the name is taken, the usage does not take this algorithm or is not generated, or size and exponent (RSA: bits in
   * whole bytes, exponent 3 or 65537) do not suit; KEYS-ENVIRONMENT; KEYS-UNAVAILABLE where a mechanism is missing. RSA takes a module up to seconds.
   */
  generateKey(
    key: KeyRequest & { readonly size?: number; readonly exponent?: 3 | 65537 },
    signal: AbortSignal,
  ): Promise<KeyIdentity>;

  /** Ends a key for good; never a key of the station itself (KEYS-REFUSED). Asked again it answers the same for the last keys destroyed. */
  destroyKey(name: string, signal: AbortSignal): Promise<{ readonly kcv: string }>;

  /** Public half of an RSA pair; KEYS-NOT-FOUND. */
  publicRsaKey(name: string, signal: AbortSignal): Promise<RsaPublicKey>;

  /**
   * Begins to bring in a key as two or three components; who enters which is the caller's to decide and to record. Faults of the key as with
   * `generateKey`. A ceremony ends with its worker: its acts are then KEYS-CHANNEL-LOST, and nothing of it is left anywhere.
   */
  openCeremony(
    request: { readonly key: KeyRequest; readonly components: 2 | 3 },
    signal: AbortSignal,
  ): Promise<CeremonyHandle>;

  /** Adds one hexadecimal digit (0 to 15) to an entry; KEYS-COMPONENT-LENGTH for one too many, KEYS-CEREMONY-ORDER out of turn. */
  enterDigit(
    ceremony: CeremonyHandle,
    digit: ComponentPass & { readonly digit: number },
    signal: AbortSignal,
  ): Promise<{ readonly count: number }>;

  /** Forgets the digits of the entry under way. */
  clearEntry(ceremony: CeremonyHandle, entry: ComponentPass, signal: AbortSignal): Promise<void>;

  /**
   * Ends an entry; after the second that agrees with the first gives the component's check value (the method is that of the algorithm).
   *
   * KEYS-COMPONENT-LENGTH (the entry stays), KEYS-COMPONENT-DIFFERS, KEYS-PARITY (TDES: every byte of a component is odd), KEYS-WEAK: then
   * both entries are wiped and the component begins again.
   */
  endEntry(
    ceremony: CeremonyHandle,
    entry: ComponentPass,
    signal: AbortSignal,
  ): Promise<{ readonly count: number; readonly kcv: string | null }>;

  /** Adds the components up and gives the key's check value, for all custodians to confirm; KEYS-WEAK wipes them all. */
  combine(ceremony: CeremonyHandle, signal: AbortSignal): Promise<{ readonly kcv: string }>;

  /** Puts the combined key into the key store and ends the ceremony. */
  keepCeremonyKey(ceremony: CeremonyHandle, signal: AbortSignal): Promise<KeyIdentity>;

  /**
   * Gives the combined key as a key block (version B or D, usage and mode of the table, not exportable) and ends the ceremony. The only way by which a
   * key leaves: what is in the key store never does. KEYS-REFUSED where the protection key does not suit; then the ceremony goes on.
   */
  leaveAsKeyBlock(ceremony: CeremonyHandle, protectionKey: string, signal: AbortSignal): Promise<string>;

  /**
   * Brings in a key from a key block, after every check: form and authenticity of the block, usage, mode and algorithm against the table, length,
   * parity, weakness, check values. KEYS-BLOCK, KEYS-PARITY, KEYS-WEAK, KEYS-WRONG-KCV; of the key as with `generateKey`. Nothing is kept of a refused one.
   */
  importKeyBlock(request: KeyBlockRequest, signal: AbortSignal): Promise<KeyIdentity>;

  /** Wipes everything that was entered; harmless when repeated. */
  abortCeremony(ceremony: CeremonyHandle, signal: AbortSignal): Promise<void>;

  /** Makes the station's own keys where they are missing (signing, record decryption, ICC key pool wrapping, one PAN digest key per issuer); harmless when repeated. */
  prepareStation(
    issuers: readonly IssuerId[],
    environment: Environment,
    signal: AbortSignal,
  ): Promise<readonly KeyIdentity[]>;

  /** Public half of the signing or of the record decryption key. */
  publicKey(usage: 'station-signing' | 'record-decryption', signal: AbortSignal): Promise<EcPublicJwk>;

  /** ES256 over the given bytes (SHA-256 inside): 64 bytes r|s, FIPS 186-5. */
  sign(data: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;

  /** HMAC-SHA-256 of each text under the issuer's newest PAN digest key; 32 bytes each, in order. */
  panDigests(
    issuer: IssuerId,
    texts: readonly string[],
    signal: AbortSignal,
  ): Promise<{ readonly keyVersion: number; readonly digests: readonly Uint8Array[] }>;

  /**
   * Recovers a batch's content key (ECDH-ES+A256KW, RFC 7518 §4.6) with the record decryption key and makes the batch's wrapping key
   * (an HSM object) and its data key.
   */
  openIntake(
    batch: BatchId,
    environment: Environment,
    contentKey: {
      readonly encryptedKey: string;
      readonly epk: EcPublicJwk;
      readonly apu?: string;
      readonly apv?: string;
    },
    signal: AbortSignal,
  ): Promise<{
    readonly handle: ContentKeyHandle;
    readonly wrappingKey: KeyIdentity;
    readonly wrappedDataKey: Uint8Array;
  }>;

  /** Opens JWE compact records (`dir`, `A256GCM`, `batch` and `index` in the protected header) and seals each again under the batch's data key. */
  openRecords(
    handle: ContentKeyHandle,
    records: readonly { readonly index: number; readonly jwe: string }[],
    signal: AbortSignal,
  ): Promise<readonly OpenedRecord[]>;

  /** Forgets a content key. */
  closeIntake(handle: ContentKeyHandle, signal: AbortSignal): Promise<void>;

  /** Opens sealed records of a batch; KEYS-NOT-FOUND once the batch's wrapping key was destroyed. */
  unseal(
    batch: BatchId,
    wrappedDataKey: Uint8Array,
    records: readonly SealedRecord[],
    signal: AbortSignal,
  ): Promise<readonly Uint8Array[]>;

  /** Destroys the batch's wrapping key in the HSM: no copy of the sealed records can be opened again. Harmless when repeated. */
  destroyBatchKey(batch: BatchId, signal: AbortSignal): Promise<{ readonly kcv: string }>;

  /** Brings in a DGI transport key that the CMS sent as JWE compact (ECDH-ES+A256KW, A256GCM) for the record decryption key. */
  importTransportKey(
    key: {
      readonly name: string;
      readonly issuer: IssuerId;
      readonly environment: Environment;
      readonly kcv: string;
      readonly jwe: string;
    },
    signal: AbortSignal,
  ): Promise<KeyIdentity>;

  /** Brings in the published GlobalPlatform test keys as a card key set of one protocol; training only, KEYS-REFUSED in live. */
  importTestCardKeys(
    keySet: CardKeySetReference,
    protocol: 'scp02' | 'scp03',
    signal: AbortSignal,
  ): Promise<readonly KeyIdentity[]>;

  /** Three digits of each CVV, CVV2 or iCVV, in the order asked, computed inside the key store; the digits are in clear, as the stripe needs them. */
  cardVerificationValues(request: CardVerificationRequest, signal: AbortSignal): Promise<readonly string[]>;

  /**
   * Four digits of the PIN verification value. The PIN is in clear only inside the key store and never returned. KEYS-NOT-OFFERED with a plain
   * PKCS#11 module, PIN-BLOCK-FORM where the block does not open, EMV-VALUE-FORM. Visa Payment Technology Standards Manual, PVV.
   */
  pinVerificationValue(request: PinVerificationRequest, signal: AbortSignal): Promise<string>;

  /** The offset, as many digits as the PIN, under the same conditions. IBM 3624, PIN offset. */
  pinOffset(request: PinOffsetRequest, signal: AbortSignal): Promise<string>;

  /**
   * The PIN block under another zone PIN key of the issuer, in another format or for another card number, under the same conditions.
   * PIN-BLOCK-TRANSLATION where PCI PIN does not permit it (PCI PIN Security Requirements v3.1 requirement 3-3).
   */
  translatePinBlock(request: PinTranslationRequest, signal: AbortSignal): Promise<Uint8Array>;

  /** Five digits of the dynamic CVC3 of one transaction; the card's key is derived for it and wiped. PayPass Mag Stripe v3.3, CVC3. */
  dynamicCvc3(request: DynamicCvc3Request, signal: AbortSignal): Promise<string>;

  /**
   * Derives the card's keys for cryptograms, message integrity and message secrecy (three of 16 bytes, in this order) and enciphers them for
   * the card as `translateGrouping` does: the value of DGI 8000, and their check values (3 bytes each) for DGI 9000. EMV CPS 1.1 annex A.
   */
  cardKeysGrouping(
    request: CardKeysRequest,
    signal: AbortSignal,
  ): Promise<{ readonly value: Uint8Array; readonly checkValues: Uint8Array }>;

  /**
   * Signs one certificate block with an issuer's RSA key: as long as the modulus, `6A`, format 04 (ICC key), 03 (static data) or 21 (its own request), ..., `BC`.
   * KEYS-REFUSED for any other block, so that the key signs nothing else. EMV 4.3 Book 2 §5.1, §6.1, annex A2.1.
   */
  certifyIcc(
    request: { readonly issuerKey: string; readonly block: Uint8Array },
    signal: AbortSignal,
  ): Promise<Uint8Array>;

  /**
   * Makes a key pair for a card and seals it at once; 1024 to 1984 bits in whole bytes. Other acts go on meanwhile. KEYS-REFUSED for
   * another size or exponent, KEYS-ENVIRONMENT, KEYS-NOT-FOUND before the station was prepared.
   */
  makeIccKey(
    request: { readonly size: number; readonly exponent: 3 | 65537; readonly environment: Environment },
    signal: AbortSignal,
  ): Promise<SealedIccKey>;

  /**
   * The five parts of a sealed pair, each enciphered for the open channel's card as `translateGrouping` does: 8201 (q^-1 mod p), 8202
   * (d mod (q-1)), 8203 (d mod (p-1)), 8204 (q), 8205 (p), each half as long as the modulus. KEYS-UNWRAP when the bytes were altered or sealed
   * elsewhere, KEYS-REFUSED when they are not the pair of that public key. EMV CPS 1.1 annex A.
   */
  iccKeyGroupings(
    request: { readonly channel: ChannelHandle; readonly sealed: Uint8Array; readonly publicKey: RsaPublicKey },
    signal: AbortSignal,
  ): Promise<readonly IccKeyGrouping[]>;

  /**
   * The data field of a PUT KEY that gives the card of the open channel these keys, each enciphered under the channel's data encryption key, and the answer
   * of a card that took them (version and check values). Keys of a set never leave the key store (KEYS-REFUSED), the published test keys excepted: a card
   * gets keys that are derived for it from a manufacturer key. GPC_SPE_034 v2.3.1 §11.8, GPC_SPE_014 v1.1.2 §7.2.
   */
  newCardKeys(
    request: NewCardKeysRequest,
    signal: AbortSignal,
  ): Promise<{ readonly data: Uint8Array; readonly answer: Uint8Array }>;

  /** Reads and writes the small objects that the HSM keeps for the station (the last chain head). */
  readRegister(name: string, signal: AbortSignal): Promise<Uint8Array | null>;
  writeRegister(name: string, value: Uint8Array, signal: AbortSignal): Promise<void>;

  /** Ends the worker. */
  close(): Promise<void>;
}
