import { concatBytes, equalBytes } from '#shared/bytes/bytes.ts';
import { padded80, withoutPadding80 } from './card-aes.ts';
import { sessionKeyOf } from './card-cryptogram.ts';
import type { CardCommand } from './card-command.ts';
import { retailMac, tdesCbcDecrypt } from './card-des.ts';
import { readTlvs } from './card-tlv.ts';
import { StatusError } from './status-word.ts';

const zeros = new Uint8Array(8);

/** What secure messaging of issuer scripts works with: the two master keys and what is known of the transaction. */
export interface ScriptKeys {
  readonly mac: Uint8Array;
  readonly encipherment: Uint8Array;
  readonly request: Uint8Array;
  readonly counter: Uint8Array;
  /** Format 1 chains: the request cryptogram, or the full MAC of the command before. */
  readonly chaining: Uint8Array;
}

/** A script command with secure messaging taken off. */
export interface ScriptCommand {
  readonly data: Uint8Array;
  /** Whether the data came enciphered; they are clear here. */
  readonly secrecy: 'plain' | 'enciphered';
  /** What the next command of format 1 chains. */
  readonly chaining: Uint8Array;
}

/**
 * Checks the MAC of a script command and deciphers its data: format 1 where the class says C, format 2 where it says 4.
 * 6988 where MAC or objects are wrong. EMV Book 2 v4.4 §9.2, §9.3, Annex D2.
 */
export function openScriptCommand(command: CardCommand, keys: ScriptKeys): ScriptCommand {
  return (command.cla & 0x0c) === 0x0c ? openFormat1(command, keys) : openFormat2(command, keys);
}

/** Format 1: one data object (81, B3 or 87) and 8E; MACs chain from command to command. EMV Book 2 v4.4 §9.2.1.1, §9.2.3.1. */
function openFormat1(command: CardCommand, keys: ScriptKeys): ScriptCommand {
  const wrong = new StatusError('wrongMessagingObject');
  const objects = readTlvs(command.data) ?? [];
  const mac = objects.at(-1);
  const [object] = objects.length === 2 ? objects : [undefined];
  if (mac?.tag !== 0x8e || objects.length > 2 || mac.value.length < 4 || mac.value.length > 8) throw wrong;
  const header = Uint8Array.of(command.cla, command.ins, command.p1, command.p2);
  const message = concatBytes(keys.chaining, padded80(header, 8), object?.whole ?? new Uint8Array());
  // Without a data object the padded header already ends the message.
  const padded = object === undefined ? concatBytes(keys.chaining, header) : message;
  const full = retailMac(sessionKeyOf(keys.mac, keys.request), zeros, padded);
  if (!equalBytes(full.slice(0, mac.value.length), mac.value)) throw wrong;
  if (object === undefined) return { data: new Uint8Array(), secrecy: 'plain', chaining: full };
  if (object.tag === 0x81 || object.tag === 0xb3) return { data: object.value, secrecy: 'plain', chaining: full };
  if (object.tag !== 0x87 || object.value[0] !== 0x01) throw wrong;
  return { data: deciphered(object.value.slice(1), keys), secrecy: 'enciphered', chaining: full };
}

/** Format 2: the data, then eight bytes of MAC over header, length, transaction counter, request cryptogram and data. EMV Book 2 v4.4 §9.2.1.2. */
function openFormat2(command: CardCommand, keys: ScriptKeys): ScriptCommand {
  const wrong = new StatusError('wrongMessagingObject');
  if (command.data.length < 8) throw wrong;
  const data = command.data.slice(0, -8);
  const header = Uint8Array.of(command.cla, command.ins, command.p1, command.p2, command.data.length);
  const message = concatBytes(header, keys.counter, keys.request, data);
  const full = retailMac(sessionKeyOf(keys.mac, keys.request), zeros, message);
  if (!equalBytes(full, command.data.slice(-8))) throw wrong;
  const isPinChange = command.ins === 0x24 && data.length > 0;
  return isPinChange
    ? { data: deciphered(data, keys), secrecy: 'enciphered', chaining: keys.chaining }
    : { data, secrecy: 'plain', chaining: keys.chaining };
}

/** Triple DES in CBC mode, padded with 80 always. EMV Book 2 v4.4 §9.3.3, Annex A1.1, CCD §9.3.1.1. */
function deciphered(data: Uint8Array, keys: ScriptKeys): Uint8Array {
  if (data.length === 0 || data.length % 8 !== 0) throw new StatusError('wrongMessagingObject');
  const clear = withoutPadding80(tdesCbcDecrypt(sessionKeyOf(keys.encipherment, keys.request), zeros, data));
  if (clear === undefined) throw new StatusError('wrongMessagingObject');
  return clear;
}
