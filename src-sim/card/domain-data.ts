import { concatBytes, fromHex } from '#shared/bytes/bytes.ts';
import type { CardCommand } from './card-command.ts';
import { writeTlv } from './card-tlv.ts';
import { issuerDomain } from './chip-state.ts';
import type { ChipState, KeyState, OfferedProtocol, SecurityDomainState } from './chip-state.ts';
import { protocolOfSet } from './key-sets.ts';
import { aidBytes, freeMemory } from './registry.ts';
import { keyDiversificationData } from './secure-channel.ts';
import { StatusError } from './status-word.ts';

const registered = fromHex('2A864886FC6B');

/** The file control information that SELECT of a security domain answers. GPC_SPE_034 v2.3.1 §11.9.3.1. */
export function domainFci(domain: SecurityDomainState): Uint8Array {
  return writeTlv(0x6f, writeTlv(0x84, aidBytes(domain)), writeTlv(0xa5, writeTlv(0x9f65, Uint8Array.of(0xff))));
}

/** GET DATA of a security domain; production data and memory from the issuer's only. GPC_SPE_034 v2.3.1 §11.3.3, §H.2 to H.4. */
export function domainData(state: ChipState, domain: SecurityDomainState, command: CardCommand): Uint8Array {
  const tag = (command.p1 << 8) | command.p2;
  const isIssuer = domain === issuerDomain(state);
  if (tag === 0x9f7f && isIssuer) return writeTlv(tag, fromHex(state.cplc));
  if (tag === 0xff21 && isIssuer) return writeTlv(tag, ...resources(state));
  const stored = domain.data[tag.toString(16)];
  if (stored !== undefined) return writeTlv(tag, fromHex(stored));
  switch (tag) {
    case 0x0066:
      return writeTlv(0x66, cardRecognitionData(domain.protocols));
    case 0x0067:
      return writeTlv(0x67, ...capabilities(domain.protocols));
    case 0x00cf:
      return writeTlv(0xcf, keyDiversificationData(state));
    case 0x00e0:
      return writeTlv(0xe0, ...domain.keySets.flatMap(({ version, keys }) => keys.map((key) => keyData(version, key))));
    case 0x00c1:
      return writeTlv(0xc1, sequenceCounter(domain));
    default:
      throw new StatusError('referencedDataNotFound');
  }
}

/** Key identifier, version, then type and length of each component. GPC_SPE_034 v2.3.1 §11.3.3.1. */
function keyData(version: number, { id, type, value, exponent }: KeyState): Uint8Array {
  const length = value.length / 2;
  const second = exponent === undefined ? [] : [0xa0, exponent.length / 2];
  return writeTlv(0xc0, Uint8Array.from([id, version, type, length & 255, ...second]));
}

/** The counter of the set that was put last: two bytes in protocol 02, three in 03. */
function sequenceCounter(domain: SecurityDomainState): Uint8Array {
  const set = domain.keySets.findLast((each) => protocolOfSet(each) !== undefined);
  if (set === undefined) throw new StatusError('referencedDataNotFound');
  const { sequence } = set;
  const low = [(sequence >> 8) & 255, sequence & 255];
  return Uint8Array.from(protocolOfSet(set) === 'scp02' ? low : [sequence >> 16, ...low]);
}

/** Card recognition data: scheme, GlobalPlatform 2.3.1, identification scheme, each protocol with its "i". GPC_SPE_034 v2.3.1 §H.2. */
function cardRecognitionData(protocols: readonly OfferedProtocol[]): Uint8Array {
  const object = (...arcs: readonly number[]): Uint8Array => writeTlv(0x06, registered, Uint8Array.from(arcs));
  return writeTlv(
    0x73,
    object(1),
    writeTlv(0x60, object(2, 2, 3, 1)),
    writeTlv(0x63, object(3)),
    ...protocols.map(({ protocol, parameter }) => writeTlv(0x64, object(4, protocol === 'scp03' ? 3 : 2, parameter))),
  );
}

/** Card capability information: protocols with their options, privileges of domains and of applications, hashes of load files. GPC_SPE_034 v2.3.1 §H.4. */
function capabilities(protocols: readonly OfferedProtocol[]): readonly Uint8Array[] {
  const bytes = (tag: number, ...values: readonly number[]): Uint8Array => writeTlv(tag, Uint8Array.from(values));
  return [
    ...protocols.map(({ protocol, parameter }) =>
      protocol === 'scp03'
        ? writeTlv(0xa0, bytes(0x80, 3), bytes(0x81, parameter), bytes(0x82, 0x07))
        : writeTlv(0xa0, bytes(0x80, 2), bytes(0x81, parameter)),
    ),
    bytes(0x81, 0xd9, 0x5e, 0x00),
    bytes(0x82, 0x1c, 0x02, 0x00),
    bytes(0x83, 0x01, 0x02, 0x03, 0x04),
    // Signatures over load files: RSA up to 1,024 bits with SHA-1, RSA PSS with SHA-256, and the MAC of the protocol's cipher.
    bytes(0x87, protocols.some(({ protocol }) => protocol === 'scp03') ? 0x3b : 0x07),
  ];
}

/** Extended card resources: applications, free memory that keeps, free memory that does not. ETSI TS 102 226 v9.2.0 §8.2.1.7.2. */
function resources(state: ChipState): readonly Uint8Array[] {
  const free = freeMemory(state);
  const count = state.applications.length + state.domains.length - 1;
  return [
    writeTlv(0x81, Uint8Array.of(count)),
    writeTlv(0x82, Uint8Array.of((free >> 24) & 255, (free >> 16) & 255, (free >> 8) & 255, free & 255)),
    writeTlv(0x83, concatBytes(Uint8Array.of(0x08, 0x00))),
  ];
}
