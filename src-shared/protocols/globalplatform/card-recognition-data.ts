import { equalBytes, toHex, type Hex } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import { parseTlv, type Tlv } from '../tlv/ber-tlv.ts';
import { findTlv, findTlvs, requireTlv } from '../tlv/find-tlv.ts';

/** A secure channel protocol of a card and its option, "i". */
export interface OfferedChannel {
  readonly protocol: number;
  readonly option: number;
}

/** What a card tells of its kind. GPC_SPE_034 v2.3.1 §H.2, §H.3. */
export interface CardRecognitionData {
  /** Version of the GlobalPlatform card specification, `2.3.1`. */
  readonly version: string;
  readonly channels: readonly OfferedChannel[];
  /** Card configuration (65) and chip details (66) as object identifiers, where given. */
  readonly configuration?: string;
  readonly chip?: string;
}

/** {iso(1) member-body(2) country-USA(840) globalPlatform(114283)}. GPC_SPE_034 v2.3.1 §H.1. */
const globalPlatform = '1.2.840.114283';

function refuse(reason: string): never {
  throw new StationFault('CARD-ANSWER', { command: 'GET DATA 0066', reason });
}

/** Reads the content of an object identifier. CARD-ANSWER when it is empty, cut off or has an arc of over 4 bytes. ISO/IEC 8825-1:2015 §8.19. */
function readObjectIdentifier(content: Uint8Array): string {
  const arcs: number[] = [];
  let arc = 0;
  let length = 0;
  for (const byte of content) {
    if (length === 0 && byte === 0x80) return refuse('an object identifier has a padded arc');
    arc = arc * 128 + (byte & 0x7f);
    length++;
    if (length > 4) return refuse('an object identifier has too long an arc');
    if ((byte & 0x80) !== 0) continue;
    if (arcs.length === 0) {
      const first = Math.min(2, Math.floor(arc / 40));
      arcs.push(first, arc - first * 40);
    } else arcs.push(arc);
    arc = 0;
    length = 0;
  }
  if (length > 0 || arcs.length === 0) return refuse('an object identifier is cut off');
  return arcs.join('.');
}

/** The identifier within a template; undefined where the template is not there. */
function identifierIn(parts: readonly Tlv[], tag: number): string | undefined {
  const template = findTlv(parts, tag);
  return template === undefined
    ? undefined
    : readObjectIdentifier(requireTlv([template], 'GET DATA 0066', tag, 0x06).value);
}

/** {globalPlatform 4}, the arcs of a secure channel's protocol and option follow. */
const channelPrefix = Uint8Array.of(0x2a, 0x86, 0x48, 0x86, 0xfc, 0x6b, 0x04);

/** QUIRK(cards with SCP80): protocol and option stand as two plain bytes, 80 00 (seen in GlobalPlatformPro's testOther trace); below 80 both readings agree. */
function readChannel(template: Tlv): OfferedChannel {
  const { value } = requireTlv([template], 'GET DATA 0066', 0x64, 0x06);
  if (!equalBytes(value.slice(0, channelPrefix.length), channelPrefix))
    return refuse('a secure channel has another name');
  const rest = value.slice(channelPrefix.length);
  const [protocol, option, ...more] =
    rest.length === 2 ? rest : readObjectIdentifier(value).slice(`${globalPlatform}.4.`.length).split('.').map(Number);
  if (protocol === undefined || option === undefined || more.length > 0) {
    return refuse('a secure channel is not named by protocol and option');
  }
  return { protocol, option };
}

/**
 * Reads card recognition data (66 with 73). CARD-ANSWER or CARD-TLV when malformed, or when it is not GlobalPlatform's. Several 64 are
 * several channels; a chip that adds objects of its own is read nevertheless. GPC_SPE_034 v2.3.1 §H.2, §H.3, tables H-1 and H-2.
 */
export function parseCardRecognitionData(data: Uint8Array): CardRecognitionData {
  const template = parseTlv(data);
  if (template.tag !== 0x66) return refuse('not a template 66');
  const parts = requireTlv([template], 'GET DATA 0066', 0x66, 0x73).children ?? [];
  const scheme = readObjectIdentifier(requireTlv(parts, 'GET DATA 0066', 0x06).value);
  if (scheme !== `${globalPlatform}.1`) return refuse('the scheme is not GlobalPlatform');
  const management = identifierIn(parts, 0x60) ?? refuse('the version of GlobalPlatform is missing');
  if (!management.startsWith(`${globalPlatform}.2.`)) return refuse('the card management type is not GlobalPlatform');
  const configuration = identifierIn(parts, 0x65);
  const chip = identifierIn(parts, 0x66);
  return {
    version: management.slice(`${globalPlatform}.2.`.length),
    channels: findTlvs(parts, 0x64).map(readChannel),
    ...(configuration === undefined ? {} : { configuration }),
    ...(chip === undefined ? {} : { chip }),
  };
}

/** Reads the issuer identification number (42) or the card image number (45) of a GET DATA answer. CARD-ANSWER on another object. GPC_SPE_034 v2.3.1 §7.4.1.1, §7.4.1.2. */
export function parseCardNumber(data: Uint8Array, tag: 0x42 | 0x45): Hex {
  const object = parseTlv(data);
  if (object.tag === tag && object.value.length > 0) return toHex(object.value);
  throw new StationFault('CARD-ANSWER', {
    command: `GET DATA 00${tag.toString(16)}`,
    reason: `not an object ${tag.toString(16)}`,
  });
}
