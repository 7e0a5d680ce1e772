import { StationFault } from '../../faults/station-fault.ts';
import { parseTlv } from '../tlv/ber-tlv.ts';

/** One component of a key: its type (88 AES, 80 DES, A0 to A5 RSA) and its length in bytes. GPC_SPE_034 v2.3.1 table 11-16. */
export interface KeyComponent {
  readonly type: number;
  readonly length: number;
}

/** What the card tells of one key; the value never leaves it. GPC_SPE_034 v2.3.1 §11.3.3.1, tables 11-26 and 11-27. */
export interface KeyInformation {
  readonly identifier: number;
  readonly version: number;
  readonly components: readonly KeyComponent[];
  /** Key usage qualifier and access, only in the extended form. */
  readonly usage?: Uint8Array;
  readonly access?: Uint8Array;
}

/** Names the type of a key component. GPC_SPE_034 v2.3.1 §11.1.8, table 11-16. */
export function describeKeyType(type: number): string {
  if (type === 0x88) return 'AES';
  if (type >= 0x80 && type <= 0x84) return 'DES';
  if (type === 0x85) return 'pre-shared key for TLS';
  if (type === 0x90 || type === 0x91) return 'HMAC';
  if (type === 0xa0 || type === 0xa1) return 'RSA, public';
  if (type >= 0xa2 && type <= 0xa8) return 'RSA, private';
  if (type >= 0xb0 && type <= 0xb8) return 'elliptic curve';
  return `type ${type.toString(16).toUpperCase().padStart(2, '0')}`;
}

function refuse(reason: string): never {
  throw new StationFault('CARD-ANSWER', { command: 'GET DATA key information', reason });
}

/** Basic form: pairs of type and one-byte length. */
function parseBasic(fields: Uint8Array): KeyComponent[] {
  if (fields.length === 0 || fields.length % 2 !== 0) return refuse('a key has half a component');
  const components: KeyComponent[] = [];
  for (let at = 0; at < fields.length; at += 2) components.push({ type: fields[at] ?? 0, length: fields[at + 1] ?? 0 });
  return components;
}

/**
 * Extended form: FF, type, two-byte length for each component, then counted usage and counted access.
 * QUIRK(some cards): FF stands before the first component only (seen in GlobalPlatformPro's TestGPKeyInfo traces);
 * types are 80 and above and the usage count is at most 2, so both readings are unambiguous.
 */
function parseExtended(fields: Uint8Array): Pick<KeyInformation, 'components' | 'usage' | 'access'> {
  const components: KeyComponent[] = [];
  let at = 0;
  while ((fields[at] ?? 0) >= 0x80) {
    if (fields[at] === 0xff) at++;
    const [type, high, low] = fields.subarray(at, at + 3);
    if (type === undefined || high === undefined || low === undefined) return refuse('a key component is cut off');
    components.push({ type, length: (high << 8) | low });
    at += 3;
  }
  const counted = (): Uint8Array => {
    const count = fields[at];
    if (count === undefined || at + 1 + count > fields.length) return refuse('key usage or access is cut off');
    const value = fields.slice(at + 1, at + 1 + count);
    at += 1 + count;
    return value;
  };
  const usage = counted();
  const access = counted();
  if (at !== fields.length) return refuse('bytes after the key access');
  return { components, usage, access };
}

/** Reads a key information template (E0 with one C0 a key). CARD-ANSWER or CARD-TLV when malformed. GPC_SPE_034 v2.3.1 §11.3.3.1. */
export function parseKeyInformation(data: Uint8Array): KeyInformation[] {
  const template = parseTlv(data);
  if (template.tag !== 0xe0) return refuse('not a template E0');
  return (template.children ?? []).map((entry) => {
    const [identifier, version, first] = entry.value;
    if (entry.tag !== 0xc0) return refuse('an entry is not C0');
    if (identifier === undefined || version === undefined || first === undefined) return refuse('an entry is cut off');
    const fields = entry.value.subarray(2);
    return first === 0xff
      ? { identifier, version, ...parseExtended(fields) }
      : { identifier, version, components: parseBasic(fields) };
  });
}
