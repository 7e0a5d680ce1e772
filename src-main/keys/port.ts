import type { BatchId, Environment, IssuerId } from '#shared/domain/identifiers.ts';

/** Names one key: its usage, its issuer where it has one, its version and its check value. */
export interface KeyIdentity {
  /** For example `pan-digest/northbank/1`; unique in the token. */
  readonly name: string;
  readonly usage:
    | 'station-signing'
    | 'record-decryption'
    | 'batch-wrapping'
    | 'pan-digest'
    | 'dgi-transport'
    | 'scp03-enc'
    | 'scp03-mac'
    | 'scp03-dek';
  readonly algorithm: 'EC-P256' | 'AES-128' | 'AES-192' | 'AES-256' | 'HMAC-SHA-256';
  readonly environment: Environment;
  readonly issuer: IssuerId | null;
  readonly version: number;
  /** Key check value: CMAC of a zero block, first 3 bytes, for AES; SHA-256 of the public key, first 3 bytes, for EC; HMAC of nothing, first 3 bytes, for HMAC. */
  readonly kcv: string;
}

/** A card key set in the HSM: the three SCP03 keys under one name, such as `scp03/training/30`. */
export interface CardKeySetReference {
  readonly name: string;
  readonly version: number;
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

/** The worker's side of an opened SCP03 channel. */
export interface OpenedChannel {
  readonly channel: ChannelHandle;
  /** EXTERNAL AUTHENTICATE, complete and MACed. */
  readonly externalAuthenticate: Uint8Array;
}

/**
 * The station's keys, spoken of as acts, never as mechanisms.
 *
 * Key material is in clear only inside the worker behind this port. Every act rejects with a StationFault of the area KEYS
 * (KEYS-NOT-FOUND, KEYS-REFUSED, KEYS-HSM-LOST, KEYS-WORKER-LOST, KEYS-DEADLINE ...), and takes a signal.
 */
export interface KeyPort {
  /** What answers: module and token, or `node:crypto`. */
  describe(
    signal: AbortSignal,
  ): Promise<{ readonly provider: 'pkcs11' | 'node-crypto'; readonly module: string; readonly token: string }>;

  /** Lists every key of the station, without material. */
  list(signal: AbortSignal): Promise<readonly KeyIdentity[]>;

  /** Makes the station's own keys where they are missing (signing, record decryption, one PAN digest key per issuer); harmless when repeated. */
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

  /** Brings in the published GlobalPlatform test keys as a card key set; training only, KEYS-REFUSED in live. */
  importTestCardKeys(keySet: CardKeySetReference, signal: AbortSignal): Promise<readonly KeyIdentity[]>;

  /**
   * Opens a secure channel: derives the session keys from the card's answer, proves the card cryptogram and builds EXTERNAL AUTHENTICATE.
   *
   * KEYS-CARD-CRYPTOGRAM when the card's cryptogram is wrong (never try again on this card, stop the batch). GPC_SPE_014 v1.1.2 §6.2.2, §6.2.3.
   */
  openChannel(
    request: {
      readonly keySet: CardKeySetReference;
      readonly hostChallenge: Uint8Array;
      readonly initializeUpdateResponse: Uint8Array;
      readonly securityLevel: number;
    },
    signal: AbortSignal,
  ): Promise<OpenedChannel>;

  /** Wraps one plain command APDU for the channel. */
  wrapCommand(channel: ChannelHandle, command: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;

  /** Unwraps the card's answer (data and status word in and out); KEYS-CHANNEL-MAC when its R-MAC is missing or wrong: the channel is dead. */
  unwrapResponse(channel: ChannelHandle, response: Uint8Array, signal: AbortSignal): Promise<Uint8Array>;

  /** Re-enciphers one secret data grouping from the DGI transport key to the channel's data encryption key; clear only inside the worker. */
  translateGrouping(
    request: { readonly channel: ChannelHandle; readonly transportKeyName: string; readonly value: Uint8Array },
    signal: AbortSignal,
  ): Promise<Uint8Array>;

  /** Ends a channel and wipes its keys. */
  closeChannel(channel: ChannelHandle, signal: AbortSignal): Promise<void>;

  /** Reads and writes the small objects that the HSM keeps for the station (the last chain head). */
  readRegister(name: string, signal: AbortSignal): Promise<Uint8Array | null>;
  writeRegister(name: string, value: Uint8Array, signal: AbortSignal): Promise<void>;

  /** Ends the worker. */
  close(): Promise<void>;
}
