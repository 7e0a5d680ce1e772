import { StationFault } from '../../faults/station-fault.ts';
import { parseTlvs, type Tlv } from '../tlv/ber-tlv.ts';
import { findTlv, findTlvs, requireTlv } from '../tlv/find-tlv.ts';
import { statusScope, type StatusScope } from './card-commands.ts';

/** One entry of the card's registry as GET STATUS tells it. GPC_SPE_034 v2.3.1 §11.4.3.1, table 11-36. */
export interface RegistryEntry {
  readonly aid: Uint8Array;
  /** First byte of 9F70. */
  readonly lifeCycle: number;
  /** C5, 1 or 3 bytes, where given. */
  readonly privileges?: Uint8Array;
  /** C4, the load file that holds the application's code. */
  readonly loadFile?: Uint8Array;
  /** CE, version of a load file: major and minor, 2 bytes. */
  readonly version?: Uint8Array;
  /** CC, the security domain to which it belongs. */
  readonly securityDomain?: Uint8Array;
  /** 84, the modules of a load file. */
  readonly modules: readonly Uint8Array[];
}

function refuse(reason: string): never {
  throw new StationFault('CARD-ANSWER', { command: 'GET STATUS', reason });
}

function requireAidOf(value: Uint8Array): Uint8Array {
  return value.length >= 5 && value.length <= 16 ? value : refuse('an AID is not 5 to 16 bytes');
}

/**
 * Reads the data of a GET STATUS answer in the TLV form: templates E3. CARD-ANSWER or CARD-TLV when malformed. Objects that it does not
 * know are passed over: implicit selection (CF) and what later versions add. GPC_SPE_034 v2.3.1 §11.4.3.1, table 11-36.
 */
export function parseRegistryEntries(data: Uint8Array): RegistryEntry[] {
  return parseTlvs(data).map((entry) => {
    if (entry.tag !== 0xe3) return refuse('an entry is not a template E3');
    const parts = entry.children ?? [];
    const [lifeCycle] = requireTlv(parts, 'GET STATUS', 0x9f70).value;
    if (lifeCycle === undefined) return refuse('an entry has no life cycle state');
    const aid = (object: Tlv | undefined) => (object === undefined ? undefined : requireAidOf(object.value));
    const privileges = findTlv(parts, 0xc5)?.value;
    const loadFile = aid(findTlv(parts, 0xc4));
    const version = findTlv(parts, 0xce)?.value;
    const securityDomain = aid(findTlv(parts, 0xcc));
    return {
      aid: requireAidOf(requireTlv(parts, 'GET STATUS', 0x4f).value),
      lifeCycle,
      ...(privileges === undefined ? {} : { privileges }),
      ...(loadFile === undefined ? {} : { loadFile }),
      ...(version === undefined ? {} : { version }),
      ...(securityDomain === undefined ? {} : { securityDomain }),
      modules: findTlvs(parts, 0x84).map((module) => requireAidOf(module.value)),
    };
  });
}

/**
 * Reads the data of a GET STATUS answer in the old form: AID with its length, life cycle, one byte of privileges; in the list of modules
 * (P1 = 10) then their number and each AID with its length. CARD-ANSWER when malformed. GPC_SPE_034 v2.3.1 §11.4.3.1, tables 11-34 and 11-35.
 */
export function parseOldRegistryEntries(data: Uint8Array, scope: StatusScope): RegistryEntry[] {
  const entries: RegistryEntry[] = [];
  let at = 0;
  const byte = (): number => data[at++] ?? refuse('an entry is cut off');
  const aid = (): Uint8Array => {
    const length = byte();
    if (at + length > data.length) return refuse('an entry is cut off');
    at += length;
    return requireAidOf(data.slice(at - length, at));
  };
  const counted = (): Uint8Array[] => Array.from({ length: byte() }, aid);
  while (at < data.length) {
    const name = aid();
    const lifeCycle = byte();
    const privileges = Uint8Array.of(byte());
    const modules = scope === statusScope.modules ? counted() : [];
    const isApplication = scope === statusScope.applications || scope === statusScope.issuerSecurityDomain;
    entries.push({ aid: name, lifeCycle, ...(isApplication ? { privileges } : {}), modules });
  }
  return entries;
}
