import { StationFault } from '../../faults/station-fault.ts';
import type { CommandApdu } from '../apdu/command-apdu.ts';
import { encodeTlvs, primitive, type Tlv } from '../tlv/ber-tlv.ts';
import { requireAid } from './application-identifier.ts';

/** What DELETE takes away. */
export type DeleteSubject =
  | { readonly kind: 'application'; readonly aid: Uint8Array }
  | { readonly kind: 'load-file'; readonly aid: Uint8Array; readonly related: 'kept' | 'deleted' }
  /** Keys by identifier, version or both; a version alone is all keys of that version. */
  | { readonly kind: 'key'; readonly identifier?: number; readonly version?: number };

function keyObjects({ identifier, version }: Extract<DeleteSubject, { kind: 'key' }>): Tlv[] {
  const objects: Tlv[] = [];
  if (identifier !== undefined) objects.push(primitive(0xd0, Uint8Array.of(identifier)));
  if (version !== undefined) objects.push(primitive(0xd2, Uint8Array.of(version)));
  if (objects.length === 0) {
    throw new StationFault('CARD-APDU', { reason: 'a key is deleted by identifier, version or both' });
  }
  return objects;
}

/**
 * DELETE of an application, a load file (P2 bit 8: with its applications), or keys (D0, D2). Irreversible; an answer of data is the
 * confirmation of delegated management. GPC_SPE_034 v2.3.1 §11.2.2, tables 11-22, 11-23 and 11-25.
 */
export function deleteContent(subject: DeleteSubject): CommandApdu {
  const objects = subject.kind === 'key' ? keyObjects(subject) : [primitive(0x4f, requireAid(subject.aid))];
  const p2 = subject.kind === 'load-file' && subject.related === 'deleted' ? 0x80 : 0x00;
  return { cla: 0x80, ins: 0xe4, p1: 0x00, p2, data: encodeTlvs(objects), le: 256 };
}
