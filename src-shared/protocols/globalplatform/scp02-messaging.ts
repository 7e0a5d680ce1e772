import { concatBytes, equalBytes } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import type { CommandApdu } from '../apdu/command-apdu.ts';
import type { ResponseApdu } from '../apdu/response-apdu.ts';
import { leftHalfKey, macAlgorithm3, padWithMark } from '../iso-9797/mac.ts';
import type { TdesCiphers } from '../tdes-ciphers.ts';

/** Security levels as P1 of EXTERNAL AUTHENTICATE: 01 C-MAC, 02 C-DECRYPTION, 10 R-MAC. GPC_SPE_034 v2.3.1 §E.5.2.3. */
export type Scp02Level = 0x01 | 0x03 | 0x11 | 0x13;

/** What the option i says of messaging: 0x02 C-MAC on the unmodified command, 0x10 ICV encryption, 0x20 R-MAC. GPC_SPE_034 v2.3.1 §E.1.1. */
export const scp02Option = { unmodifiedCommand: 0x02, icvEncryption: 0x10, rMac: 0x20, pseudoRandom: 0x40 } as const;

/** Session keys of two-key TDES, 16 bytes each. */
export interface Scp02SessionKeys {
  readonly enc: Uint8Array;
  readonly mac: Uint8Array;
  readonly rmac: Uint8Array;
}

/** The act that the protocol needs: TDES-CBC; single DES is a key of equal halves. */
export type Scp02Ciphers = Pick<TdesCiphers, 'tdesCbcEncrypt'>;

/** One moment of a channel; every command and every protected answer makes the next. */
export interface Scp02State {
  readonly i: number;
  readonly level: Scp02Level;
  /** Last C-MAC, 8 bytes, or null before the first. §E.3.2. */
  readonly chain: Uint8Array | null;
  /** Last R-MAC, 8 bytes; at first the C-MAC of EXTERNAL AUTHENTICATE. §E.3.3. */
  readonly answerChain: Uint8Array;
  /** The command as the R-MAC of its answer counts it: header, Lc, data, all without secure messaging. §E.4.5. */
  readonly plainCommand: Uint8Array;
}

const zeroBlock = new Uint8Array(8);
const macLength = 8;
/** SCP02 writes Lc in one byte. */
const shortDataLimit = 255;

/** The retail MAC over data padded with 80, its first block added to an initial value of 8 bytes. GPC_SPE_034 v2.3.1 §B.1.2.2. */
export function scp02Mac(
  ciphers: Scp02Ciphers,
  key: Uint8Array,
  initialValue: Uint8Array,
  data: Uint8Array,
): Uint8Array {
  const blocks = padWithMark(data);
  for (let at = 0; at < macLength; at++) blocks[at] = (blocks[at] ?? 0) ^ (initialValue[at] ?? 0);
  const mac = macAlgorithm3(ciphers, key, blocks);
  // What is authenticated may be a key in clear, and this is a copy of it.
  blocks.fill(0);
  return mac;
}

/** Sets the secure messaging bit; logical channels 0 to 3 only, and the MAC leaves their bits out. GPC_SPE_034 v2.3.1 §11.1.4, §E.4.4. */
function secureClass(cla: number): { readonly sent: number; readonly plain: number } {
  if ((cla & 0x40) !== 0) throw new StationFault('CARD-CHANNEL', { reason: 'logical channel over 3' });
  return { sent: cla | 0x04, plain: cla & 0xf8 };
}

/** The initial value of a C-MAC: zero for the first, then the last C-MAC, enciphered by single DES where i says so. §E.3.4. */
function commandInitialValue({ i, chain }: Scp02State, key: Uint8Array, ciphers: Scp02Ciphers): Uint8Array {
  if (chain === null) return zeroBlock;
  if ((i & scp02Option.icvEncryption) === 0) return chain;
  const half = leftHalfKey(key);
  const enciphered = ciphers.tdesCbcEncrypt(half, zeroBlock, chain);
  half.fill(0);
  return enciphered;
}

/**
 * Protects one command at the level of the channel: the C-MAC over header, Lc and plain data (with the secure messaging bit and the MAC's
 * length counted in, unless i asks for the command as it was; §E.4.4), then the data padded with 80 and enciphered under S-ENC with initial
 * value zero where C-DECRYPTION is on and there is data (§E.4.6). CARD-CHANNEL when the data does not fit a short command.
 */
export function wrapScp02(
  before: Scp02State,
  command: CommandApdu,
  keys: Scp02SessionKeys,
  ciphers: Scp02Ciphers,
): { readonly command: CommandApdu; readonly state: Scp02State } {
  const data = command.data ?? new Uint8Array(0);
  if (data.length > scp02DataLimit(before.level) || (command.le ?? 0) > 256) {
    throw new StationFault('CARD-CHANNEL', { reason: 'the command does not fit a short one' });
  }
  const { ins, p1, p2 } = command;
  const cla = secureClass(command.cla);
  const plainCommand = concatBytes(Uint8Array.of(cla.plain, ins, p1, p2, data.length), data);
  const asItWas = (before.i & scp02Option.unmodifiedCommand) !== 0;
  const maced = asItWas
    ? plainCommand
    : concatBytes(Uint8Array.of(cla.plain | 0x04, ins, p1, p2, data.length + macLength), data);
  const mac = scp02Mac(ciphers, keys.mac, commandInitialValue(before, keys.mac, ciphers), maced);
  const encipher = (before.level & 0x02) !== 0 && data.length > 0;
  const body = encipher ? ciphers.tdesCbcEncrypt(keys.enc, zeroBlock, padWithMark(data)) : data;
  return {
    command: { ...command, cla: cla.sent, data: concatBytes(body, mac) },
    state: { ...before, chain: mac, plainCommand },
  };
}

function refuse(reason: string): never {
  throw new StationFault('CARD-SECURE-MESSAGING', { reason });
}

/**
 * Checks the R-MAC of an answer where the level has one, whatever its status word: the retail MAC under S-RMAC, chained, over the command
 * without secure messaging, the length of the answer's data in one byte, the data and the status word. CARD-SECURE-MESSAGING when it is
 * missing or wrong; the channel is then dead. GPC_SPE_034 v2.3.1 §E.4.5.
 */
export function unwrapScp02(
  before: Scp02State,
  response: ResponseApdu,
  keys: Scp02SessionKeys,
  ciphers: Scp02Ciphers,
): { readonly response: ResponseApdu; readonly state: Scp02State } {
  const { data, statusWord } = response;
  if ((before.level & 0x10) === 0) return { response, state: before };
  const status = Uint8Array.of(statusWord >> 8, statusWord & 255);
  if (data.length < macLength) {
    return refuse(`the answer ${statusWord.toString(16).toUpperCase().padStart(4, '0')} bears no MAC`);
  }
  const body = data.slice(0, -macLength);
  const input = concatBytes(before.plainCommand, Uint8Array.of(body.length & 255), body, status);
  const expected = scp02Mac(ciphers, keys.rmac, before.answerChain, input);
  if (!equalBytes(expected, data.subarray(-macLength))) return refuse('the MAC of the answer is wrong');
  return { response: { data: body, statusWord }, state: { ...before, answerChain: expected } };
}

/** Most bytes of plain data that fit a short command at a level: 255 less MAC, less padding to whole blocks. */
export function scp02DataLimit(level: Scp02Level): number {
  const room = shortDataLimit - macLength;
  return (level & 0x02) === 0 ? room : room - (room % 8) - 1;
}
