import { StationFault } from '../../faults/station-fault.ts';
import { parseTlvs } from '../tlv/ber-tlv.ts';
import { findTlv, findTlvs, requireTlv } from '../tlv/find-tlv.ts';

/** One entry of the card's registry as GET STATUS tells it. GPC_SPE_034 v2.3.1 §11.4.3.1, table 11-36. */
export interface RegistryEntry {
  readonly aid: Uint8Array;
  /** First byte of 9F70. */
  readonly lifeCycle: number;
  /** C5, 1 or 3 bytes, where given. */
  readonly privileges?: Uint8Array;
  /** C4, the load file that holds the application's code. */
  readonly loadFile?: Uint8Array;
  /** CC, the security domain to which it belongs. */
  readonly securityDomain?: Uint8Array;
  /** 84, the modules of a load file. */
  readonly modules: readonly Uint8Array[];
}

/** Reads the data of a GET STATUS answer: templates E3. CARD-ANSWER or CARD-TLV when malformed. GPC_SPE_034 v2.3.1 §11.4.3.1. */
export function parseRegistryEntries(data: Uint8Array): RegistryEntry[] {
  return parseTlvs(data).map((entry) => {
    if (entry.tag !== 0xe3) {
      throw new StationFault('CARD-ANSWER', { command: 'GET STATUS', reason: 'an entry is not a template E3' });
    }
    const parts = entry.children ?? [];
    const [lifeCycle] = requireTlv(parts, 'GET STATUS', 0x9f70).value;
    if (lifeCycle === undefined) {
      throw new StationFault('CARD-ANSWER', { command: 'GET STATUS', reason: 'an entry has no life cycle state' });
    }
    const privileges = findTlv(parts, 0xc5)?.value;
    const loadFile = findTlv(parts, 0xc4)?.value;
    const securityDomain = findTlv(parts, 0xcc)?.value;
    return {
      aid: requireTlv(parts, 'GET STATUS', 0x4f).value,
      lifeCycle,
      ...(privileges === undefined ? {} : { privileges }),
      ...(loadFile === undefined ? {} : { loadFile }),
      ...(securityDomain === undefined ? {} : { securityDomain }),
      modules: findTlvs(parts, 0x84).map((module) => module.value),
    };
  });
}
