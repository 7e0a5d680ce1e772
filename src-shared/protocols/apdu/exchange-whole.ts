import { concatBytes } from '../../bytes/bytes.ts';
import { StationFault } from '../../faults/station-fault.ts';
import type { AnswerToReset, CardProtocol } from './answer-to-reset.ts';
import { chainCommand } from './command-chain.ts';
import { type CommandApdu, decodeCommand, encodeCommand } from './command-apdu.ts';
import { decodeResponse, encodeResponse, type ResponseApdu } from './response-apdu.ts';
import { continuationOf } from './status-word.ts';

/** How a card is spoken to. */
export interface CardTransport {
  readonly protocol: CardProtocol;
  readonly commandChaining: AnswerToReset['commandChaining'];
}

/** Sends bytes to the card and takes what it answers to exactly these. */
export type SendOnce = (bytes: Uint8Array) => Promise<Uint8Array>;

/** Most data of one answer, with its parts. ISO/IEC 7816-4:2013 §5.1: Ne is at most 65,536. */
const longestAnswer = 65_536;
/** GET RESPONSE of 1 byte each would still end: no card splits finer than a short answer's worth. */
const mostParts = 512;
const shortAnswer = 256;

function refuse(command: string, reason: string): never {
  throw new StationFault('CARD-ANSWER', { command, reason });
}

/**
 * What goes over the line with T=0: header of five bytes; case 1 with P3 = 00, case 4 without its Le, which GET RESPONSE then asks for.
 * ISO/IEC 7816-3:2006 §12.2.1 to §12.2.4. CARD-APDU where the data is too long and the card announces no chaining.
 */
function lineForms(
  { protocol, commandChaining }: CardTransport,
  command: CommandApdu,
  given: Uint8Array,
): Uint8Array[] {
  if (protocol === 'T=1') return [given];
  const chain = chainCommand(command);
  if (chain.length > 1 && commandChaining === 'not-announced') {
    throw new StationFault('CARD-APDU', {
      reason: 'more than 255 bytes of data to a card that takes short commands only',
    });
  }
  return chain.map(({ le, ...part }) => {
    if (part.data !== undefined) return encodeCommand(part);
    return encodeCommand({ ...part, le: Math.min(le ?? shortAnswer, shortAnswer) });
  });
}

/** GET RESPONSE on the channel of the command, without its secure messaging. ISO/IEC 7816-4:2013 §7.6.1. */
function getResponse(cla: number, le: number): CommandApdu {
  const channel = (cla & 0x40) === 0 ? cla & 0x03 : 0x40 | (cla & 0x0f);
  return { cla: channel, ins: 0xc0, p1: 0x00, p2: 0x00, le };
}

/** One send, and once more with the length that 6Cxx names: such a command was not performed. ISO/IEC 7816-3:2006 §12.2.1, table 14. */
async function sendWithLength(
  send: SendOnce,
  command: CommandApdu,
  bytes: Uint8Array,
  name: string,
): Promise<ResponseApdu> {
  let response = decodeResponse(await send(bytes));
  const next = continuationOf(response.statusWord);
  let most = command.le ?? (bytes.length > 261 ? longestAnswer : shortAnswer);
  if (next.kind === 'repeat-with-length' && command.le !== undefined) {
    if (response.data.length > 0) return refuse(name, '6Cxx with data');
    most = next.le;
    response = decodeResponse(await send(encodeCommand({ ...command, le: next.le })));
  }
  return response.data.length > most ? refuse(name, 'it is longer than was asked for') : response;
}

/** With T=0 an answer behind a warning waits for GET RESPONSE. EMV 4.3 Book 1 §9.3.1.2, Annex A7. */
function waitsBehindWarning(
  transport: CardTransport,
  command: CommandApdu,
  { data, statusWord }: ResponseApdu,
): boolean {
  if (transport.protocol === 'T=1' || command.data === undefined || command.le === undefined) return false;
  return data.length === 0 && (statusWord >> 8 === 0x62 || statusWord >> 8 === 0x63);
}

/**
 * Exchanges one command APDU, whole for whole: maps it onto T=0 where the card speaks that, repeats it once where 6Cxx names the right
 * length, fetches what 61xx announces part by part (response chaining) and splits what only fits a chain. The answer bears all data and the
 * last status word; 6Cxx for the second time is handed on.
 *
 * CARD-APDU for bytes that are no command, before anything is sent. CARD-ANSWER when an answer is longer than asked for, over 65,536 bytes,
 * or announced without an end. Effect on the card: that of the command, once. ISO/IEC 7816-3:2006 §12.2.1, ISO/IEC 7816-4:2013 §5.3.3, §5.3.4.
 */
export async function exchangeWhole(transport: CardTransport, bytes: Uint8Array, send: SendOnce): Promise<Uint8Array> {
  const command = decodeCommand(bytes);
  const [...forms] = lineForms(transport, command, bytes);
  const last = forms.pop() ?? bytes;
  for (const form of forms) {
    const { data, statusWord } = decodeResponse(await send(form));
    if (statusWord !== 0x9000 || data.length > 0) return encodeResponse({ data, statusWord });
  }
  // With T=0 a command with data has no Le on the line: its 6Cxx is not about a length that could be repeated.
  const repeatable = transport.protocol === 'T=1' ? command : decodeCommand(last);
  let response = await sendWithLength(send, repeatable, last, 'command');
  if (waitsBehindWarning(transport, command, response)) {
    const behind = await sendGetResponse(send, command.cla, shortAnswer);
    return behind.statusWord === 0x9000 ? encodeResponse({ ...response, data: behind.data }) : encodeResponse(response);
  }
  let { data } = response;
  for (let part = 1; ; part++) {
    const next = continuationOf(response.statusWord);
    if (next.kind !== 'get-response') return encodeResponse({ data, statusWord: response.statusWord });
    if (part > mostParts) return refuse('GET RESPONSE', 'it announces more without an end');
    response = await sendGetResponse(send, command.cla, next.le);
    if (response.data.length === 0 && response.statusWord >> 8 === 0x61) return refuse('GET RESPONSE', 'it is empty');
    data = concatBytes(data, response.data);
    if (data.length > longestAnswer) return refuse('GET RESPONSE', 'it is over 65,536 bytes');
  }
}

function sendGetResponse(send: SendOnce, cla: number, le: number): Promise<ResponseApdu> {
  const command = getResponse(cla, le);
  return sendWithLength(send, command, encodeCommand(command), 'GET RESPONSE');
}
