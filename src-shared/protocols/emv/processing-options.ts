import { StationFault } from '../../faults/station-fault.ts';
import { parseTlv, primitive, type Tlv } from '../tlv/ber-tlv.ts';
import { requireTlv } from '../tlv/find-tlv.ts';
import type { FileLocatorEntry } from './file-locator.ts';
import { parseFileLocator } from './file-locator.ts';

/** What the card answers when a transaction begins. EMV 4.3 Book 3 §6.5.8.4. */
export interface ProcessingOptions {
  /** Application Interchange Profile, 2 bytes. */
  readonly interchangeProfile: Uint8Array;
  readonly fileLocator: readonly FileLocatorEntry[];
  /** 82 and 94, and whatever stands beside them in format 2. */
  readonly objects: readonly Tlv[];
}

function refuse(reason: string): never {
  throw new StationFault('CARD-ANSWER', { command: 'GET PROCESSING OPTIONS', reason });
}

/** Reads the answer: format 1 (80: AIP and AFL joined) or format 2 (77: 82 and 94). EMV 4.3 Book 3 §6.5.8.4. */
export function parseProcessingOptions(data: Uint8Array): ProcessingOptions {
  const template = parseTlv(data, { padding: 'skip-zero' });
  if (template.tag === 0x80) {
    if (template.value.length < 6) return refuse('format 1 is shorter than 6 bytes');
    const [interchangeProfile, locator] = [template.value.slice(0, 2), template.value.slice(2)];
    return {
      interchangeProfile,
      fileLocator: parseFileLocator(locator),
      objects: [primitive(0x82, interchangeProfile), primitive(0x94, locator)],
    };
  }
  if (template.tag !== 0x77) return refuse('neither format 1 nor format 2');
  const parts = template.children ?? [];
  const interchangeProfile = requireTlv(parts, 'GET PROCESSING OPTIONS', 0x82).value;
  if (interchangeProfile.length !== 2) return refuse('the interchange profile is not 2 bytes');
  return {
    interchangeProfile,
    fileLocator: parseFileLocator(requireTlv(parts, 'GET PROCESSING OPTIONS', 0x94).value),
    objects: parts,
  };
}
