import { randomUUID } from 'node:crypto';
import { fromHex } from '#shared/bytes/bytes.ts';
import type { Environment, IssuerId } from '#shared/domain/identifiers.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { decodeCommand, encodeCommand } from '#shared/protocols/apdu/command-apdu.ts';
import { decodeResponse, encodeResponse } from '#shared/protocols/apdu/response-apdu.ts';
import type { SensitivePadding } from '#shared/protocols/globalplatform/sensitive-data.ts';
import { padSensitive } from '#shared/protocols/globalplatform/sensitive-data.ts';
import type { CardKeySetReference, ChannelHandle, KeyIdentity, OpenedChannel } from '../port.ts';
import { bitPaddedLength } from './bit-padding.ts';
import { keyHeader, openContent, parseCompactJwe } from './compact-jwe.ts';
import { recoverContentKey } from './key-agreement.ts';
import type { KeyProvider } from './key-provider.ts';
import type { Mechanisms } from './mechanisms.ts';
import type { OpenedCardChannel, OpeningRequest } from './open-channel.ts';
import { openCardChannel } from './open-channel.ts';
import { publishedTestKey } from './published-test-key.ts';
import type { StationActs } from './station-acts.ts';

interface Channel extends OpenedCardChannel {
  /** How secret groupings are padded for this card. */
  readonly padding: SensitivePadding;
}

/** A DGI transport key as the CMS sends it. */
export interface SentTransportKey {
  readonly name: string;
  readonly issuer: IssuerId;
  readonly environment: Environment;
  readonly kcv: string;
  readonly jwe: string;
}

const setParts = ['enc', 'mac', 'dek'] as const;

/** Faults of the pure channel code as the area KEYS names them. */
function channelFault(thrown: unknown): unknown {
  if (!(thrown instanceof StationFault)) return thrown;
  const reason = String(thrown.details['reason'] ?? thrown.details['statusWord'] ?? thrown.code);
  switch (thrown.code) {
    case 'CARD-SECURE-MESSAGING':
      return new StationFault('KEYS-CHANNEL-MAC', { reason }, thrown);
    case 'CARD-CHANNEL':
    case 'CARD-STATUS':
    case 'CARD-GONE':
    case 'CARD-APDU':
      return new StationFault('KEYS-CHANNEL-DEAD', { reason }, thrown);
    default:
      return thrown;
  }
}

/** Secure channels to cards, and the keys that only they need. */
export class ChannelActs {
  readonly #provider: KeyProvider;
  readonly #station: StationActs;
  readonly #mechanisms: Mechanisms;
  readonly #channels = new Map<ChannelHandle, Channel>();

  constructor(provider: KeyProvider, station: StationActs, mechanisms: Mechanisms) {
    this.#provider = provider;
    this.#station = station;
    this.#mechanisms = mechanisms;
  }

  importTransportKey(key: SentTransportKey): KeyIdentity {
    this.#station.requireEnvironment(key.environment);
    this.#mechanisms.require('dgi-transport', 'AES-256');
    const found = this.#provider.find(key.name);
    if (found !== null) {
      const same = found.usage === 'dgi-transport' && found.issuer === key.issuer && found.kcv === key.kcv;
      if (same) return found;
      throw new StationFault('KEYS-REFUSED', { reason: `there is another key named ${key.name}` });
    }
    const jwe = parseCompactJwe(key.jwe);
    const header = keyHeader.safeParse(jwe?.header).data;
    if (jwe === null || header === undefined || (header.kid !== undefined && header.kid !== key.name)) {
      throw new StationFault('KEYS-UNWRAP', { reason: 'the form or header is not the one agreed' });
    }
    const { epk, apu, apv } = header;
    if (apv !== undefined && Buffer.from(apv, 'base64url').toString('utf8') !== key.name) {
      throw new StationFault('KEYS-UNWRAP', { reason: 'it was made for a key of another name' });
    }
    const sent = {
      encryptedKey: jwe.encryptedKey,
      epk,
      ...(apu === undefined ? {} : { apu }),
      ...(apv === undefined ? {} : { apv }),
    };
    const contentKey = recoverContentKey(this.#provider, this.#station.decryptionName, sent);
    const value = openContent(jwe, contentKey);
    if (value === null) throw new StationFault('KEYS-UNWRAP', { reason: 'the content does not authenticate' });
    try {
      return this.#keepTransportKey(key, value);
    } finally {
      value.fill(0);
    }
  }

  #keepTransportKey(key: SentTransportKey, value: Uint8Array): KeyIdentity {
    if (value.length !== 32) throw new StationFault('KEYS-UNWRAP', { reason: 'the key is not 32 bytes' });
    const { name, issuer, environment } = key;
    const version = Number(/\/([0-9]{1,6})$/.exec(name)?.[1] ?? 1);
    const made = { usage: 'dgi-transport', algorithm: 'AES-256', environment, issuer, version } as const;
    // Tried as a session key first, so that a key with a wrong check value never reaches the token.
    const trial = this.#provider.importSecret({ name: `trial/${randomUUID()}`, ...made }, 'session', value);
    this.#provider.destroy(trial.name);
    if (trial.kcv !== key.kcv) {
      throw new StationFault('KEYS-WRONG-KCV', { name, found: trial.kcv, expected: key.kcv });
    }
    return this.#provider.importSecret({ name, ...made }, 'token', value);
  }

  importTestCardKeys(keySet: CardKeySetReference, protocol: 'scp02' | 'scp03' = 'scp03'): readonly KeyIdentity[] {
    if (this.#station.environment() !== 'test') {
      throw new StationFault('KEYS-REFUSED', { reason: 'published test keys are for a training station only' });
    }
    const algorithm = protocol === 'scp02' ? 'TDES-2' : 'AES-128';
    return setParts.map((part) => {
      const name = `${keySet.name}/${part}`;
      const usage = `${protocol}-${part}` as const;
      const found = this.#provider.find(name);
      if (found !== null) return found;
      this.#mechanisms.require(usage, algorithm);
      const value = fromHex(publishedTestKey);
      const key = { name, usage, algorithm, environment: 'test', issuer: null } as const;
      return this.#provider.importSecret({ ...key, version: keySet.version }, 'token', value);
    });
  }

  openChannel(request: OpeningRequest): OpenedChannel {
    const opened = openCardChannel(this.#provider, this.#station, request);
    const channel = randomUUID() as string as ChannelHandle;
    this.#channels.set(channel, { ...opened, padding: request.padding ?? 'always' });
    return { channel, externalAuthenticate: opened.externalAuthenticate };
  }

  #require(handle: ChannelHandle): Channel {
    const channel = this.#channels.get(handle);
    if (channel === undefined) throw new StationFault('KEYS-CHANNEL-LOST', { what: 'secure channel' });
    return channel;
  }

  /** What new keys for the card of a channel are enciphered with; KEYS-CHANNEL-LOST. */
  openedChannel(handle: ChannelHandle): Pick<OpenedCardChannel, 'encipher' | 'block' | 'keyDiversificationData'> {
    return this.#require(handle);
  }

  /** KEYS-CHANNEL-LOST when there is no such channel. */
  requireChannel(handle: ChannelHandle): void {
    this.#require(handle);
  }

  /** The first command after EXTERNAL AUTHENTICATE stands for its 9000: whoever goes on has seen it. */
  wrapCommand(handle: ChannelHandle, command: Uint8Array): Uint8Array {
    const { session } = this.#require(handle);
    try {
      if (session.state === 'authenticating') {
        session.acceptAuthentication({ data: new Uint8Array(0), statusWord: 0x9000 });
      }
      return encodeCommand(session.wrap(decodeCommand(command)));
    } catch (thrown) {
      throw channelFault(thrown);
    }
  }

  /** The answer to EXTERNAL AUTHENTICATE may be handed in too: it opens the channel or ends it. */
  unwrapResponse(handle: ChannelHandle, response: Uint8Array): Uint8Array {
    const { session } = this.#require(handle);
    try {
      const answer = decodeResponse(response);
      if (session.state !== 'authenticating') return encodeResponse(session.unwrap(answer));
      session.acceptAuthentication(answer);
      return response;
    } catch (thrown) {
      session.abandon();
      throw channelFault(thrown);
    }
  }

  /** Only a command that was done is followed: after any status word but 9000 nothing is wrapped. What is wrong with the next is said when it is wrapped by itself. */
  unwrapThenWrap(
    handle: ChannelHandle,
    response: Uint8Array,
    next: Uint8Array,
  ): { readonly answer: Uint8Array; readonly wrapped: Uint8Array | null } {
    const answer = this.unwrapResponse(handle, response);
    if (decodeResponse(answer).statusWord !== 0x9000) return { answer, wrapped: null };
    try {
      return { answer, wrapped: this.wrapCommand(handle, next) };
    } catch {
      return { answer, wrapped: null };
    }
  }

  /**
   * AES-256-CBC under the transport key (initial value zero, padding method 2 of ISO/IEC 9797-1: always 80, then 00 to the next whole block) to the data
   * encryption key of the channel, padded as the channel was asked for. GPC_SPE_014 v1.1.2 §6.2.8, GPC_SPE_034 v2.3.1 §E.4.7.
   */
  translateGrouping(request: {
    readonly channel: ChannelHandle;
    readonly transportKeyName: string;
    readonly value: Uint8Array;
  }): Uint8Array {
    const { environment } = this.#require(request.channel);
    const name = request.transportKeyName;
    const transport = this.#provider.find(name);
    if (transport === null) throw new StationFault('KEYS-NOT-FOUND', { name });
    if (transport.usage !== 'dgi-transport') {
      throw new StationFault('KEYS-REFUSED', { reason: `the key ${name} is ${transport.usage}, not dgi-transport` });
    }
    if (transport.environment !== environment) {
      throw new StationFault('KEYS-ENVIRONMENT', { station: environment, asked: transport.environment });
    }
    if (request.value.length === 0 || request.value.length % 16 !== 0) {
      throw new StationFault('KEYS-GROUPING-FORM', { name });
    }
    const clear = this.#provider.decryptBlocks(name, request.value);
    try {
      const length = bitPaddedLength(clear);
      if (length === null) throw new StationFault('KEYS-GROUPING-FORM', { name });
      return this.encipherGrouping(request.channel, [clear.subarray(0, length)]);
    } finally {
      clear.fill(0);
    }
  }

  /** Enciphers parts of one grouping under the channel's DEK, padded as the channel was asked for; the joined copy is wiped. */
  encipherGrouping(handle: ChannelHandle, parts: readonly Uint8Array[]): Uint8Array {
    const { encipher, block, padding } = this.#require(handle);
    const clear = padSensitive(parts, block, padding);
    try {
      return encipher(clear);
    } finally {
      clear.fill(0);
    }
  }

  closeChannel(handle: ChannelHandle): void {
    const channel = this.#channels.get(handle);
    this.#channels.delete(handle);
    channel?.session.abandon();
    channel?.wipe();
  }

  /** Wipes every channel. */
  close(): void {
    for (const handle of this.#channels.keys()) this.closeChannel(handle);
  }
}
