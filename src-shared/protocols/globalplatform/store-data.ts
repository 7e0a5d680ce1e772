import { concatBytes } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import type { CommandApdu } from '../apdu/command-apdu.ts';
import type { DataGrouping } from '../tlv/data-grouping.ts';
import { encodeDataGrouping, formatDgi } from '../tlv/data-grouping.ts';

/** How the data of a STORE DATA is protected beyond the channel, P1 bits 7 and 6. GPC_SPE_034 v2.3.1 §11.11.2.1; EMV CPS v1.1 chapter 3, STORE DATA. */
export const storeDataEncryption = { none: 0x00, applicationDependent: 0x20, encrypted: 0x60 } as const;

/** What the data is built of, P1 bits 5 and 4. GPC_SPE_034 v2.3.1 §11.11.2.1. EMV CPS leaves the bits zero (`unstated`). */
export const storeDataStructure = { unstated: 0x00, dgi: 0x08, tlv: 0x10 } as const;

/** One data grouping of a plan and whether its data is already enciphered under the data key. */
export interface PlannedGrouping extends DataGrouping {
  readonly encryption: keyof typeof storeDataEncryption;
}

/** One STORE DATA of a plan, with the groupings that it carries for the log. */
export interface StoreDataBlock {
  readonly command: CommandApdu;
  readonly groupings: readonly string[];
}

/** How a plan is laid out. */
export interface StoreDataLayout {
  /** Most bytes of data a command may carry, before the channel adds its own. */
  readonly limit: number;
  readonly structure: keyof typeof storeDataStructure;
  /** `each` sends every grouping alone; `fill` joins neighbours of one kind of encryption while they fit. */
  readonly grouping: 'each' | 'fill';
}

interface Draft {
  readonly data: Uint8Array;
  readonly encryption: PlannedGrouping['encryption'];
  readonly names: readonly string[];
}

function refuse(reason: string): never {
  throw new StationFault('CARD-PERSONALISATION', { reason });
}

function addToLast(drafts: Draft[], next: Draft, layout: StoreDataLayout): boolean {
  const last = drafts.at(-1);
  if (layout.grouping === 'each' || last === undefined || last.encryption !== next.encryption) return false;
  if (last.data.length + next.data.length > layout.limit) return false;
  const data = concatBytes(last.data, next.data);
  drafts[drafts.length - 1] = { data, encryption: last.encryption, names: [...last.names, ...next.names] };
  return true;
}

/** Cuts a grouping that is longer than one command into parts that follow each other. */
function split(draft: Draft, limit: number): Draft[] {
  const parts: Draft[] = [];
  for (let at = 0; at < draft.data.length; at += limit) {
    parts.push({ ...draft, data: draft.data.slice(at, at + limit) });
  }
  return parts;
}

/**
 * Lays data groupings out as a sequence of STORE DATA: block numbers from 00 in P2, the last block marked by P1 bit 8,
 * order kept, a grouping split only when it is longer than one command. The last block commits: irreversible.
 * CARD-PERSONALISATION when there is nothing to send, the limit is no length, or over 256 blocks are needed.
 * GPC_SPE_034 v2.3.1 §11.11.2; EMV CPS v1.1 chapter 3, STORE DATA and last STORE DATA.
 */
export function planStoreData(groupings: readonly PlannedGrouping[], layout: StoreDataLayout): StoreDataBlock[] {
  if (groupings.length === 0) return refuse('there is no data to store');
  if (!Number.isInteger(layout.limit) || layout.limit < 4) return refuse('the block limit is too small');
  const drafts: Draft[] = [];
  let whole = false;
  for (const grouping of groupings) {
    const data = encodeDataGrouping(grouping);
    const draft: Draft = { data, encryption: grouping.encryption, names: [formatDgi(grouping.identifier)] };
    // A split grouping stands alone: its last part takes no neighbour.
    const fits = data.length <= layout.limit;
    if (!(fits && whole && addToLast(drafts, draft, layout))) drafts.push(...split(draft, layout.limit));
    whole = fits;
  }
  if (drafts.length > 256) return refuse(`${drafts.length} blocks are needed, 256 can be numbered`);
  return drafts.map((draft, number) => {
    const last = number === drafts.length - 1 ? 0x80 : 0x00;
    const p1 = last | storeDataEncryption[draft.encryption] | storeDataStructure[layout.structure];
    return { command: { cla: 0x80, ins: 0xe2, p1, p2: number, data: draft.data }, groupings: draft.names };
  });
}
