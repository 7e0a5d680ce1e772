import { StationFault } from '../../faults/station-fault.ts';
import { type CommandApdu, decodeCommand } from '../apdu/command-apdu.ts';
import { emvDataDictionary } from '../emv/data-dictionary.ts';
import { isConstructed, readLength, readTag } from '../tlv/ber-tlv.ts';

/** Which bytes of an exchange may be shown; true is withheld. As long as command and answer. */
export interface WithheldBytes {
  readonly command: readonly boolean[];
  readonly answer: readonly boolean[];
}

/**
 * Commands whose data and answers say nothing of keys, PINs, persons or accounts, by instruction byte; of answers marked `objects` only
 * known objects are shown. Whatever is not in this table is withheld but for its header and status word: PINs (20, 24, 2C), keys (D8), data for the card (D6, DA, DC, E2), install parameters (E6).
 */
const shown: ReadonlyMap<number, 'all' | 'objects'> = new Map([
  [0x50, 'all'], // INITIALIZE UPDATE, GPC_SPE_034 v2.3.1 §D.4.1
  [0x70, 'all'], // MANAGE CHANNEL, §11.7
  [0x82, 'all'], // EXTERNAL AUTHENTICATE: cryptogram and MAC
  [0x84, 'all'], // GET CHALLENGE
  [0x88, 'objects'], // INTERNAL AUTHENTICATE, EMV 4.3 Book 3 §6.5.9
  [0xa4, 'objects'], // SELECT
  [0xa8, 'objects'], // GET PROCESSING OPTIONS, §6.5.8
  [0xae, 'objects'], // GENERATE AC, §6.5.5
  [0xb2, 'objects'], // READ RECORD, §6.5.11
  [0xca, 'objects'], // GET DATA
  [0xcb, 'objects'],
  [0xe4, 'all'], // DELETE, GPC_SPE_034 v2.3.1 §11.2
  [0xe8, 'all'], // LOAD, §11.6
  [0xf0, 'all'], // SET STATUS, §11.10
  [0xf2, 'all'], // GET STATUS, §11.4
]);

/** Objects of persons and accounts. 9F46 and 9F2D give the account number to whoever has the issuer's public key. EMV 4.3 Book 2 §6.4. */
const personal: ReadonlySet<number> = new Set([
  0x57, 0x5a, 0x5f20, 0x5f24, 0x5f50, 0x5f53, 0x9f05, 0x9f0b, 0x9f1f, 0x9f20, 0x9f2d, 0x9f46,
]);

/** Objects of GlobalPlatform that a card tells of itself. GPC_SPE_034 v2.3.1 §11.3.3.1, §11.4.3.1, §11.9.3.1, Annex H. */
const ofTheCard: ReadonlySet<number> = new Set([
  0x06, 0x42, 0x45, 0x60, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87, 0xc0,
  0xc1, 0xc4, 0xc5, 0xcc, 0xce, 0xcf, 0x9f65, 0x9f6e, 0x9f70, 0x9f7f, 0xff21,
]);

function mayBeShown(tag: number): boolean {
  return !personal.has(tag) && (emvDataDictionary.has(tag) || ofTheCard.has(tag));
}

const all = (length: number, withheld: boolean): boolean[] => Array.from({ length }, () => withheld);

/** Marks the values of all objects that are not known to be harmless; a value that is no row of objects is withheld whole. */
function markObjects(bytes: Uint8Array, from: number, to: number, marks: boolean[], depth: number): void {
  let at = from;
  while (at < to) {
    const tag = readTag(bytes, at);
    const length = readLength(bytes, tag.next);
    const end = length.next + length.value;
    if (end > to) throw new StationFault('CARD-TLV', { reason: 'value longer than the data', offset: at });
    if (isConstructed(tag.value)) {
      if (depth === 0) throw new StationFault('CARD-TLV', { reason: 'nested too deep', offset: at });
      markObjects(bytes, length.next, end, marks, depth - 1);
    } else if (!mayBeShown(tag.value)) marks.fill(true, length.next, end);
    at = end;
  }
}

function withheldAnswer(answer: Uint8Array, rule: 'all' | 'objects' | undefined): boolean[] {
  const length = Math.max(0, answer.length - 2);
  const marks = all(answer.length, false);
  if (rule === 'all') return marks;
  if (rule === 'objects') {
    try {
      markObjects(answer, 0, length, marks, 8);
      return marks;
    } catch (thrown) {
      if (!(thrown instanceof StationFault)) throw thrown;
    }
  }
  return marks.fill(true, 0, length);
}

function withheldCommand(bytes: Uint8Array, rule: 'all' | 'objects' | undefined): boolean[] {
  if (rule !== undefined) return all(bytes.length, false);
  let command: CommandApdu | null = null;
  try {
    command = decodeCommand(bytes);
  } catch (thrown) {
    if (!(thrown instanceof StationFault)) throw thrown;
  }
  const marks = all(bytes.length, false);
  // Of what is no command only its header is shown.
  if (command === null) return marks.fill(true, 4);
  const { data } = command;
  if (data === undefined) return marks;
  const start = bytes[4] === 0 ? 7 : 5;
  return marks.fill(true, start, start + data.length);
}

/**
 * Says which bytes of one exchange are withheld from a trace: everything but what a rule knows to be harmless. Secure messaging leaves the
 * instruction byte in clear, so the rule of a command holds whether it is protected or not.
 */
export function withheldBytes(command: Uint8Array, answer: Uint8Array): WithheldBytes {
  const rule = shown.get(command[1] ?? -1);
  return { command: withheldCommand(command, rule), answer: withheldAnswer(answer, rule) };
}
