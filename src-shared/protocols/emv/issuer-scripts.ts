import { concatBytes } from '../../bytes/bytes.ts';
import type { CommandApdu } from '../apdu/command-apdu.ts';

/** Commands of issuer scripts: instruction and P2; class 84 says secure messaging of format 2. EMV 4.4 Book 3 §6.5.1, §6.5.2, §6.5.10. */
export const scriptCommands = {
  'application-block': { ins: 0x1e, p2: 0x00 },
  'application-unblock': { ins: 0x18, p2: 0x00 },
  'pin-unblock': { ins: 0x24, p2: 0x00 },
  'pin-change': { ins: 0x24, p2: 0x02 },
} as const;
export type ScriptCommandName = keyof typeof scriptCommands;

const secured = 0x84;
const macLength = 8;

/** What the MAC of a script command is computed over: its header with the length of what will be sent, transaction counter, cryptogram and data. EMV 4.4 Book 2 §9.2.2. */
export function scriptMacInput(
  name: ScriptCommandName,
  data: Uint8Array,
  transaction: { readonly transactionCounter: Uint8Array; readonly cryptogram: Uint8Array },
): Uint8Array<ArrayBuffer> {
  const { ins, p2 } = scriptCommands[name];
  const header = Uint8Array.of(secured, ins, 0x00, p2, data.length + macLength);
  return concatBytes(header, transaction.transactionCounter, transaction.cryptogram, data);
}

/** A script command with its MAC: what it does to the card is its own (block, unblock, give PIN tries back, set a PIN). EMV 4.4 Book 2 §9.2.1.2. */
export function scriptCommand(name: ScriptCommandName, data: Uint8Array, mac: Uint8Array): CommandApdu {
  const { ins, p2 } = scriptCommands[name];
  return { cla: secured, ins, p1: 0x00, p2, data: concatBytes(data, mac) };
}

/** VERIFY with a plain (80) or enciphered (88) PIN block; a wrong one costs a try. EMV 4.4 Book 3 §6.5.12. */
export function verifyPin(form: 'plain' | 'enciphered', block: Uint8Array): CommandApdu {
  return { cla: 0x00, ins: 0x20, p1: 0x00, p2: form === 'plain' ? 0x80 : 0x88, data: block };
}

/** GET CHALLENGE, 8 bytes. No lasting effect on the card. EMV 4.4 Book 3 §6.5.6. */
export const getChallenge: CommandApdu = { cla: 0x00, ins: 0x84, p1: 0x00, p2: 0x00, le: 8 };

/** A plaintext PIN block: control 2, length, digits, filled up with F. EMV 4.4 Book 3 §6.5.12.2, table 25. */
export function plainPinBlock(digits: Uint8Array): Uint8Array {
  const block = new Uint8Array(8).fill(0xff);
  block[0] = 0x20 | digits.length;
  for (const [at, digit] of digits.entries()) {
    const place = 1 + (at >> 1);
    block[place] = at % 2 === 0 ? (digit << 4) | 0x0f : ((block[place] ?? 0) & 0xf0) | digit;
  }
  return block;
}
