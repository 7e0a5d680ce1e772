import { toHex } from '#shared/bytes/bytes.ts';
import type { ApplicationSurroundings } from './card-application.ts';
import type { CardCommand } from './card-command.ts';
import { readTlvs } from './card-tlv.ts';
import { checkedGrouping } from './data-grouping.ts';
import { isPinBlock } from './offline-pin.ts';
import type { PaymentData } from './payment-data.ts';
import { changedFlags } from './payment-state.ts';
import type { Transaction } from './payment-transaction.ts';
import { openScriptCommand } from './script-messaging.ts';
import type { ScriptCommand } from './script-messaging.ts';
import { StatusError } from './status-word.ts';

/** Instructions of issuer scripts and the class they have without secure messaging. EMV Book 3 v4.4 §6.5, ISO/IEC 7816-4 §7.3.5, §7.4.3. */
const scriptClasses: Readonly<Record<number, 0x00 | 0x80>> = {
  0x16: 0x80,
  0x18: 0x80,
  0x1e: 0x80,
  0x24: 0x80,
  0xda: 0x00,
  0xdc: 0x00,
};

/** Whether a command is one of issuer scripts, with the secure messaging of format 1 (C) or 2 (4). */
export function isScriptCommand(command: CardCommand): boolean {
  const messaging = command.cla & 0x0c;
  return scriptClasses[command.ins] !== undefined && (messaging === 0x0c || messaging === 0x04);
}

/**
 * Performs a script command: after a request cryptogram of this transaction only (6985). A wrong MAC is 6988, does nothing, and no further
 * command is taken in this transaction. Every failure is remembered until a transaction is completed online.
 * EMV Book 3 v4.4 §10.10, CCD §9.2.3.2, EMV Book 2 v4.4 §9.
 */
export function performScript(
  data: PaymentData,
  transaction: Transaction | undefined,
  command: CardCommand,
  surroundings: ApplicationSurroundings,
): void {
  if ((command.cla & 0x80) !== scriptClasses[command.ins]) throw new StatusError('classNotSupported');
  const [mac, encipherment] = [data.masterKey('scriptMac'), data.masterKey('scriptEncipherment')];
  const { first, script } = transaction ?? {};
  if (first?.kind !== 'arqc' || script?.access !== 'open' || mac === undefined || encipherment === undefined) {
    throw new StatusError('conditionsNotSatisfied');
  }
  try {
    const request = first.cryptogram;
    const chaining = script.chaining ?? request;
    const opened = opening(script, () =>
      openScriptCommand(command, { mac, encipherment, request, counter: data.counter, chaining }),
    );
    script.chaining = opened.chaining;
    effectOf(data, command, opened, surroundings)();
  } catch (refusal) {
    script.outcome = 'failed';
    data.change({ flags: changedFlags(data.state.flags, { set: ['script-failed'] }) });
    throw refusal;
  }
  script.performed = Math.min(script.performed + 1, 15);
  data.change({ scriptCommands: Math.min(data.state.scriptCommands + 1, 15) });
}

function opening(script: Transaction['script'], open: () => ScriptCommand): ScriptCommand {
  try {
    return open();
  } catch (refusal) {
    script.access = 'closed';
    throw refusal;
  }
}

/** Checks a command whose MAC is right; returns what changes the chip. */
function effectOf(
  data: PaymentData,
  command: CardCommand,
  { data: plain, secrecy }: ScriptCommand,
  surroundings: ApplicationSurroundings,
): () => void {
  const { ins, p1, p2 } = command;
  const flagged = (change: Parameters<typeof changedFlags>[1]) => (): void => {
    data.change({ flags: changedFlags(data.state.flags, change) });
  };
  if (ins !== 0x24 && secrecy === 'enciphered') throw new StatusError('wrongData');
  if (ins === 0xda) return putData(data, (p1 << 8) | p2, plain);
  if (ins === 0xdc) return updateRecord(data, p1, p2, plain);
  if (ins === 0x24) return changePin(data, command, plain, secrecy);
  if (p1 !== 0 || p2 !== 0) throw new StatusError('wrongParameters');
  if (plain.length > 0) throw new StatusError('wrongLength');
  if (ins === 0x1e) return flagged({ set: ['blocked'] });
  if (ins === 0x18) return flagged({ reset: ['blocked'] });
  return () => {
    flagged({ set: ['blocked'] })();
    surroundings.blockCard();
  };
}

/** PIN CHANGE/UNBLOCK: P2 00 gives the tries back, 02 sets an enciphered new block too. EMV Book 3 v4.4 §6.5.10. */
function changePin(
  data: PaymentData,
  { p1, p2 }: CardCommand,
  plain: Uint8Array,
  secrecy: ScriptCommand['secrecy'],
): () => void {
  if (p1 !== 0 || (p2 !== 0x00 && p2 !== 0x02)) throw new StatusError('wrongParameters');
  if (data.grouping('8010') === undefined) throw new StatusError('referencedDataNotFound');
  const unblock = (): void => {
    data.change({ pinTries: data.state.pinTryLimit });
  };
  if (p2 === 0x00) {
    if (plain.length > 0) throw new StatusError('wrongLength');
    return unblock;
  }
  if (plain.length !== 8) throw new StatusError('wrongLength');
  if (secrecy === 'plain' || !isPinBlock(plain)) throw new StatusError('wrongData');
  return () => {
    data.application.groupings['8010'] = toHex(plain);
    unblock();
  };
}

/** PUT DATA: the value of an object that GET DATA answers, as long as it is; or the tries of the PIN. */
function putData(data: PaymentData, tag: number, value: Uint8Array): () => void {
  if (tag === 0x9f17) {
    const [tries] = value;
    if (value.length !== 1 || tries === undefined) throw new StatusError('wrongLength');
    if (data.grouping('8010') === undefined) throw new StatusError('referencedDataNotFound');
    if (tries > data.state.pinTryLimit) throw new StatusError('wrongData');
    return () => {
      data.change({ pinTries: tries });
    };
  }
  const object = data.dataObject(tag > 0xff ? tag : tag & 0xff);
  if (object === undefined) throw new StatusError('referencedDataNotFound');
  const { grouping, whole } = object;
  const old = readTlvs(whole)?.[0]?.value ?? new Uint8Array();
  if (old.length !== value.length) throw new StatusError('wrongLength');
  return () => {
    const text = data.application.groupings[grouping] ?? '';
    const head = whole.slice(0, whole.length - old.length);
    data.application.groupings[grouping] = text.replace(toHex(whole), toHex(head) + toHex(value));
  };
}

/** UPDATE RECORD: a whole new record in place of one that exists, by the rules that personalisation had for it. */
function updateRecord(data: PaymentData, record: number, reference: number, value: Uint8Array): () => void {
  const file = reference >> 3;
  if ((reference & 0x07) !== 0x04 || record === 0 || file === 0 || file > 30) throw new StatusError('wrongParameters');
  const id = toHex(Uint8Array.of(file, record));
  if (data.grouping(id) === undefined) throw new StatusError('recordNotFound');
  const checked = checkedGrouping(id, value, 'clear');
  return () => {
    data.application.groupings[id] = toHex(checked);
  };
}
