import { concatBytes, equalBytes } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import type { CommandApdu, LengthForm } from '../apdu/command-apdu.ts';
import { encodeLc, lengthFormOf } from '../apdu/command-apdu.ts';
import type { ResponseApdu } from '../apdu/response-apdu.ts';
import { padWithBit } from './aes-cmac.ts';
import type { Ciphers } from './ciphers.ts';
import type { Scp03Mode } from './scp03-derivation.ts';
import { scp03MacLength } from './scp03-derivation.ts';

/** Security levels as P1 of EXTERNAL AUTHENTICATE: 01 C-MAC, 02 C-DECRYPTION, 10 R-MAC, 20 R-ENCRYPTION. GPC_SPE_014 v1.1.2 §7.1.2.3. */
export type Scp03Level = 0x01 | 0x03 | 0x11 | 0x13 | 0x33;

/** Session keys, 16, 24 or 32 bytes each. */
export interface Scp03SessionKeys {
  readonly enc: Uint8Array;
  readonly mac: Uint8Array;
  readonly rmac: Uint8Array;
}

/** One moment of a channel; every wrapped command makes the next. */
export interface Scp03State {
  readonly mode: Scp03Mode;
  readonly level: Scp03Level;
  /** MAC chaining value, 16 bytes. §6.2.3. */
  readonly chain: Uint8Array;
  /** Encryption counter of the last command. §6.2.6. */
  readonly counter: number;
}

const blockLength = 16;

/** Counter block: the counter as 16 bytes, first byte 80 for answers; its encryption is the initial value. §6.2.6, §6.2.7. */
function initialValue(ciphers: Ciphers, key: Uint8Array, counter: number, direction: 'command' | 'answer'): Uint8Array {
  const block = new Uint8Array(blockLength);
  let rest = counter;
  for (let at = blockLength - 1; rest > 0; at--, rest = Math.floor(rest / 256)) block[at] = rest % 256;
  if (direction === 'answer') block[0] = 0x80;
  return ciphers.aesEcbEncryptBlock(key, block);
}

/**
 * Sets the secure messaging bit. Logical channels 0 to 3 only; the MAC leaves the channel bits out.
 * GPC_SPE_034 v2.3.1 §11.1.4, GPC_SPE_014 v1.1.2 §6.2.4.
 */
function secureClass(cla: number): { sent: number; maced: number } {
  if ((cla & 0x40) !== 0) throw new StationFault('CARD-CHANNEL', { reason: 'logical channel over 3' });
  return { sent: cla | 0x04, maced: (cla & 0xfc) | 0x04 };
}

/**
 * Adds the C-MAC: CMAC under S-MAC over chaining value, header, Lc with the MAC counted in, data; 8 or 16 bytes of it
 * are sent, all 16 chain on. GPC_SPE_014 v1.1.2 §6.2.4.
 */
export function addCommandMac(
  command: CommandApdu,
  chain: Uint8Array,
  mode: Scp03Mode,
  key: Uint8Array,
  ciphers: Ciphers,
): { command: CommandApdu; chain: Uint8Array } {
  const data = command.data ?? new Uint8Array(0);
  const size = scp03MacLength(mode);
  const cla = secureClass(command.cla);
  const sized: CommandApdu = { ...command, data: concatBytes(data, new Uint8Array(size)) };
  const form: LengthForm = lengthFormOf(sized);
  const header = Uint8Array.of(cla.maced, command.ins, command.p1, command.p2);
  const next = ciphers.aesCmac(key, concatBytes(chain, header, encodeLc(data.length + size, form), data));
  return {
    command: { ...command, cla: cla.sent, data: concatBytes(data, next.subarray(0, size)) },
    chain: next,
  };
}

/**
 * Protects one command at the level of the channel: data padded with 80 and enciphered under S-ENC where C-DECRYPTION
 * is on and there is data (§6.2.6; the counter goes up for every command), then the C-MAC (§6.2.4).
 */
export function wrapScp03(
  state: Scp03State,
  command: CommandApdu,
  keys: Scp03SessionKeys,
  ciphers: Ciphers,
): { command: CommandApdu; state: Scp03State } {
  const counter = state.counter + 1;
  const plain = command.data ?? new Uint8Array(0);
  const encipher = (state.level & 0x02) !== 0 && plain.length > 0;
  const data = encipher
    ? ciphers.aesCbcEncrypt(keys.enc, initialValue(ciphers, keys.enc, counter, 'command'), padWithBit(plain))
    : plain;
  const maced = addCommandMac({ ...command, data }, state.chain, state.mode, keys.mac, ciphers);
  return { command: maced.command, state: { ...state, chain: maced.chain, counter } };
}

function refuse(reason: string): never {
  throw new StationFault('CARD-SECURE-MESSAGING', { reason });
}

/** Takes 80 00 ... 00 off; refuses anything else. */
function removePadding(padded: Uint8Array): Uint8Array {
  let end = padded.length - 1;
  while (end >= 0 && padded[end] === 0) end--;
  if (end < 0 || padded[end] !== 0x80 || padded.length - end > blockLength) return refuse('wrong padding');
  return padded.slice(0, end);
}

/** Answers that must bear an R-MAC: 9000 and the warnings 62xx and 63xx; others are bare. GPC_SPE_014 v1.1.2 §6.2.5. */
function bearsMac(statusWord: number): boolean {
  return statusWord === 0x9000 || statusWord >> 8 === 0x62 || statusWord >> 8 === 0x63;
}

/**
 * Checks and opens the answer to the command that made `state`: R-MAC under S-RMAC over chaining value, data and
 * status word (§6.2.5), then decipherment under S-ENC (§6.2.7). CARD-SECURE-MESSAGING when the MAC is missing or wrong,
 * the padding is wrong, or an error status comes with data. The channel is then dead.
 */
export function unwrapScp03(
  state: Scp03State,
  response: ResponseApdu,
  keys: Scp03SessionKeys,
  ciphers: Ciphers,
): ResponseApdu {
  const { data, statusWord } = response;
  if ((state.level & 0x10) === 0) return response;
  if (!bearsMac(statusWord)) return data.length === 0 ? response : refuse('an error status came with data');
  const size = scp03MacLength(state.mode);
  if (data.length < size) return refuse('the answer bears no MAC');
  const body = data.slice(0, data.length - size);
  const status = Uint8Array.of(statusWord >> 8, statusWord & 255);
  const expected = ciphers.aesCmac(keys.rmac, concatBytes(state.chain, body, status)).subarray(0, size);
  if (!equalBytes(expected, data.subarray(data.length - size))) return refuse('the MAC of the answer is wrong');
  if ((state.level & 0x20) === 0 || body.length === 0) return { data: body, statusWord };
  if (body.length % blockLength !== 0) return refuse('the enciphered answer is not whole blocks');
  const value = initialValue(ciphers, keys.enc, state.counter, 'answer');
  return { data: removePadding(ciphers.aesCbcDecrypt(keys.enc, value, body)), statusWord };
}

/** Most bytes of plain data that fit a short command at a level: 255 less MAC, less padding to whole blocks. */
export function scp03DataLimit(mode: Scp03Mode, level: Scp03Level): number {
  const room = 255 - scp03MacLength(mode);
  return (level & 0x02) === 0 ? room : room - (room % blockLength) - 1;
}
