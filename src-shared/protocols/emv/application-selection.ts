import { latin1 } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import type { Tlv } from '../tlv/ber-tlv.ts';
import { parseTlv } from '../tlv/ber-tlv.ts';
import type { DolEntry } from '../tlv/data-object-list.ts';
import { parseDol } from '../tlv/data-object-list.ts';
import { findTlv, findTlvs, requireTlv } from '../tlv/find-tlv.ts';

/** An application as a directory names it. EMV 4.3 Book 1 §12.2.3; Contactless Book B v2.6 §3.3.1. */
export interface DirectoryEntry {
  readonly aid: Uint8Array;
  readonly label?: string;
  /** Low half of 87, 1 is first; absent or 0 means none. */
  readonly priority?: number;
}

/** What a selected payment application says of itself. EMV 4.3 Book 1 §11.3.4, table 45. */
export interface ApplicationControl extends DirectoryEntry {
  readonly pdol: readonly DolEntry[];
  readonly languages?: string;
  /** Every object of the answer, for the comparison with the plan. */
  readonly objects: readonly Tlv[];
}

/** Bytes 00 may stand between objects on a card. EMV 4.3 Book 3 Annex B1. */
const cardData = { padding: 'skip-zero' } as const;

function parseTemplate(data: Uint8Array, tag: number, command: string): readonly Tlv[] {
  const template = parseTlv(data, cardData);
  if (template.tag === tag && template.children !== undefined) return template.children;
  throw new StationFault('CARD-ANSWER', { command, reason: `not a template ${tag.toString(16).toUpperCase()}` });
}

function naming(parts: readonly Tlv[]): Omit<DirectoryEntry, 'aid'> {
  const label = findTlv(parts, 0x50)?.value;
  const priority = findTlv(parts, 0x87)?.value[0];
  return {
    ...(label === undefined ? {} : { label: latin1(label) }),
    ...(priority === undefined || (priority & 15) === 0 ? {} : { priority: priority & 15 }),
  };
}

function readEntries(parts: readonly Tlv[], where: string): DirectoryEntry[] {
  return findTlvs(parts, 0x61).map((entry) => {
    const children = entry.children ?? [];
    return { aid: requireTlv(children, where, 0x4f).value, ...naming(children) };
  });
}

/** Reads the answer to SELECT of a payment application (6F). CARD-ANSWER, CARD-TLV or CARD-TLV-MISSING when malformed. */
export function parseApplicationControl(data: Uint8Array): ApplicationControl {
  const parts = parseTemplate(data, 0x6f, 'SELECT');
  const proprietary = requireTlv(parts, 'SELECT', 0xa5).children ?? [];
  const pdol = findTlv(proprietary, 0x9f38)?.value;
  const languages = findTlv(proprietary, 0x5f2d)?.value;
  return {
    aid: requireTlv(parts, 'SELECT', 0x84).value,
    ...naming(proprietary),
    pdol: pdol === undefined ? [] : parseDol(pdol),
    ...(languages === undefined ? {} : { languages: latin1(languages) }),
    objects: parts,
  };
}

/** Reads the answer to SELECT of the contactless directory: 61 templates in 6F/A5/BF0C. EMV Contactless Book B v2.6 §3.3.1. */
export function parseContactlessDirectory(data: Uint8Array): DirectoryEntry[] {
  const parts = parseTemplate(data, 0x6f, 'SELECT 2PAY.SYS.DDF01');
  const discretionary = requireTlv(parts, 'SELECT 2PAY.SYS.DDF01', 0xa5, 0xbf0c);
  return readEntries(discretionary.children ?? [], 'SELECT 2PAY.SYS.DDF01');
}

/** Reads the answer to SELECT of the contact directory: the SFI (88) of its records, 1 to 10. EMV 4.3 Book 1 §11.3.4, table 43. */
export function parseContactDirectoryControl(data: Uint8Array): number {
  const parts = parseTemplate(data, 0x6f, 'SELECT 1PAY.SYS.DDF01');
  const [identifier] = requireTlv(parts, 'SELECT 1PAY.SYS.DDF01', 0xa5, 0x88).value;
  if (identifier === undefined || identifier < 1 || identifier > 10) {
    throw new StationFault('CARD-ANSWER', { command: 'SELECT 1PAY.SYS.DDF01', reason: 'wrong file identifier' });
  }
  return identifier;
}

/** Reads one record of the contact directory: 61 templates in 70. EMV 4.3 Book 1 §12.2.3. */
export function parseContactDirectoryRecord(data: Uint8Array): DirectoryEntry[] {
  return readEntries(parseTemplate(data, 0x70, 'READ RECORD of the directory'), 'READ RECORD of the directory');
}

/** Reads one record of an application: the objects in 70. EMV 4.3 Book 3 §6.5.11.4. */
export function parseApplicationRecord(data: Uint8Array): readonly Tlv[] {
  return parseTemplate(data, 0x70, 'READ RECORD');
}
