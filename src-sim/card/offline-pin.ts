import { equalBytes } from '#shared/bytes/bytes.ts';
import type { CardCommand } from './card-command.ts';
import { applyPrivateKey } from './card-key-pair.ts';
import type { PaymentData } from './payment-data.ts';
import type { Transaction } from './payment-transaction.ts';
import { StatusError } from './status-word.ts';

/**
 * VERIFY: compares a plain (P2 80) or enciphered (P2 88) PIN block with the reference PIN. 63Cx counts the tries left, 6984 the PIN was
 * blocked before the transaction, 6983 it became so in it. The try is taken before the comparison and given back when the PIN is right.
 * A block of a form that no PIN has costs no try. EMV Book 3 v4.4 §6.5.12, §10.5.1.
 */
export function verifyPin(
  data: PaymentData,
  transaction: Transaction | undefined,
  command: CardCommand,
  challenge: Uint8Array | undefined,
): void {
  if (command.p1 !== 0 || (command.p2 !== 0x80 && command.p2 !== 0x88)) throw new StatusError('wrongParameters');
  if (transaction === undefined || transaction.first !== undefined) throw new StatusError('conditionsNotSatisfied');
  const reference = data.grouping('8010');
  if (reference === undefined) throw new StatusError('referencedDataNotFound');
  const presented = command.p2 === 0x80 ? plainBlock(command.data) : decipheredBlock(data, command.data, challenge);
  const { pinTries } = data.state;
  if (pinTries === 0) {
    throw new StatusError(transaction.pinBefore === 'blocked' ? 'referencedDataInvalidated' : 'authenticationBlocked');
  }
  data.change({ pinTries: pinTries - 1 });
  transaction.pin = 'wrong';
  if (presented === undefined || !equalBytes(presented, reference)) throw StatusError.triesLeft(pinTries - 1);
  data.change({ pinTries: data.state.pinTryLimit });
  transaction.pin = 'right';
}

/** The block as sent: control 2, length 4 to 12, digits, filler F. EMV Book 3 v4.4 §6.5.12.2 Table 25. */
function plainBlock(block: Uint8Array): Uint8Array {
  if (block.length !== 8) throw new StatusError('wrongLength');
  if (!isPinBlock(block)) throw new StatusError('wrongData');
  return block;
}

/** Whether eight bytes have the form of a plaintext offline PIN block. */
export function isPinBlock(block: Uint8Array): boolean {
  const nibbles = [...block].flatMap((byte) => [byte >> 4, byte & 15]);
  const [control, length = 0, ...rest] = nibbles;
  if (block.length !== 8 || control !== 2 || length < 4 || length > 12) return false;
  return rest.every((nibble, at) => (at < length ? nibble < 10 : nibble === 15));
}

/**
 * The block out of an enciphered one: header 7F, block, the number of the GET CHALLENGE just before, padding. Undefined where header
 * or number are wrong, which is a wrong PIN. EMV Book 2 v4.4 §7.1, §7.2.
 */
function decipheredBlock(
  data: PaymentData,
  enciphered: Uint8Array,
  challenge: Uint8Array | undefined,
): Uint8Array | undefined {
  const pair = data.keyPair('83') ?? data.keyPair('82');
  if (pair === undefined) throw new StatusError('referencedDataNotFound');
  if (enciphered.length !== pair.length) throw new StatusError('wrongLength');
  if (challenge === undefined) throw new StatusError('conditionsNotSatisfied');
  const clear = applyPrivateKey(pair, enciphered);
  if (clear?.[0] !== 0x7f || !equalBytes(clear.slice(9, 17), challenge)) return undefined;
  return clear.slice(1, 9);
}
