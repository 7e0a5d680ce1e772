import { ask, command } from '../card-answer.ts';
import type { Findings } from '../findings.ts';
import { sha1 } from '../openssl.ts';
import type { Exchange } from '../pcsc-client.ts';
import { readTlvs, writeTlv } from '../tlv.ts';
import { methodOf, recoverBlock } from './offline-authentication.ts';
import type { PublicKey } from './offline-authentication.ts';
import type { ReadApplication } from './read-application.ts';
import { fillList } from './terminal-data.ts';

/** Dynamic authentication of a card that does not combine it. EMV Book 2 §6.5. */
export async function authenticateDynamically(
  exchange: Exchange,
  card: ReadApplication,
  key: PublicKey,
  terminal: ReadonlyMap<string, Buffer>,
  findings: Findings,
): Promise<void> {
  const step = 'dynamic authentication';
  const clause = 'EMV Book 2 §6.5';
  const data = fillList(card.objects.get('9F49') ?? Buffer.from('9F3704', 'hex'), terminal);
  const answer = await ask(exchange, command('00880000', data));
  if (answer.status !== '9000') findings.end(step, clause, `INTERNAL AUTHENTICATE is answered ${answer.status}`);
  const [template] = readTlvs(answer.data);
  const signed = template?.tag === '80' ? template.value : template?.inner.find(({ tag }) => tag === '9F4B')?.value;
  if (signed === undefined) findings.end(step, clause, 'the answer bears no signature');
  recoverDynamicData(signed, key, () => [data], step, clause, findings);
}

/** What the card signed: the dynamic data that its length byte says, filled with BB. EMV Book 2 tables 15 and 17. */
function recoverDynamicData(
  signed: Buffer,
  key: PublicKey,
  hashed: () => readonly Uint8Array[],
  step: string,
  clause: string,
  findings: Findings,
): Buffer {
  const content = recoverBlock(signed, key, 0x05, hashed, step, clause, findings);
  findings.expect(content[1] === 1, step, clause, 'the signature names another hash');
  const length = content[2] ?? 0;
  const [own, filling] = [content.subarray(3, 3 + length), content.subarray(3 + length)];
  findings.expect(
    own.length === length && filling.every((byte) => byte === 0xbb),
    step,
    clause,
    'the signature is not filled with BB',
  );
  const numberLength = own[0] ?? 0;
  findings.expect(numberLength >= 2 && numberLength <= 8, step, clause, 'the dynamic number is not 2 to 8 bytes');
  return own;
}

interface Cryptogram {
  readonly information: number;
  readonly counter: number;
  readonly signed: 'yes' | 'no';
}

/** Reads an answer to GENERATE AC of either format; with CDA the signature is opened and its hashes recomputed. EMV Book 3 §6.5.5.4, Book 2 §6.6.2. */
function readCryptogram(
  data: Buffer,
  sent: readonly Uint8Array[],
  terminal: ReadonlyMap<string, Buffer>,
  key: PublicKey | null,
  step: string,
  findings: Findings,
): Cryptogram {
  const clause = 'EMV Book 3 §6.5.5.4';
  const [template] = readTlvs(data);
  if (template?.tag === '80') {
    if (template.value.length < 11 || template.value.length > 43)
      findings.end(step, clause, 'the answer has not its length');
    return { information: template.value[0] ?? 0, counter: template.value.readUInt16BE(1), signed: 'no' };
  }
  if (template?.tag !== '77') findings.end(step, clause, 'the answer is neither of format 1 nor of format 2');
  const value = (tag: string): Buffer | undefined => template.inner.find((each) => each.tag === tag)?.value;
  const information = value('9F27');
  const counter = value('9F36');
  if (information?.length !== 1 || counter?.length !== 2) findings.end(step, clause, '9F27 or 9F36 is missing');
  const signature = value('9F4B');
  const said = { information: information[0] ?? 0, counter: counter.readUInt16BE(0) };
  if (signature === undefined || key === null) {
    findings.expect(value('9F26')?.length === 8, step, clause, 'there is no cryptogram of 8 bytes');
    return { ...said, signed: 'no' };
  }
  const combined = 'EMV Book 2 §6.6.2';
  const unpredictable = terminal.get('9F37') ?? Buffer.alloc(4);
  const own = recoverDynamicData(signature, key, () => [unpredictable], step, combined, findings);
  const numberLength = own[0] ?? 0;
  const rest = own.subarray(1 + numberLength);
  findings.expect(rest[0] === said.information, step, combined, 'signed and sent cryptogram information differ');
  findings.expect(rest.length === 29, step, combined, 'the signed data hold no cryptogram and hash');
  const others = template.inner.filter((each) => each.tag !== '9F4B').map((each) => writeTlv(each.tag, each.value));
  const hash = sha1(...sent, ...others);
  findings.expect(
    rest.subarray(9, 29).equals(hash),
    step,
    combined,
    'the hash over the transaction data is another one',
  );
  return { ...said, signed: 'yes' };
}

const kinds: Readonly<Record<number, string>> = { 0x00: 'AAC', 0x40: 'TC', 0x80: 'ARQC' };

/** Asks for an authorisation and, as if there were no line, ends the transaction declined. EMV Book 3 §9.2, §9.3, §10.8, §10.11. */
export async function askForCryptograms(
  exchange: Exchange,
  card: ReadApplication,
  key: PublicKey | null,
  terminal: ReadonlyMap<string, Buffer>,
  findings: Findings,
): Promise<void> {
  const combined = methodOf(card) === 'cda';
  const first = 'first cryptogram';
  const firstData = fillList(card.objects.get('8C') ?? Buffer.alloc(0), terminal);
  const asked = await ask(exchange, command(`80AE${combined ? '90' : '80'}00`, firstData));
  if (asked.status !== '9000') findings.end(first, 'EMV Book 3 §6.5.5', `GENERATE AC is answered ${asked.status}`);
  const one = readCryptogram(asked.data, [card.optionsData, firstData], terminal, key, first, findings);
  const kind = kinds[one.information & 0xc0] ?? 'RFU';
  findings.expect(
    kind === 'ARQC' || kind === 'AAC',
    first,
    'EMV Book 3 §10.8',
    `the card answers ${kind} where an ARQC was asked for`,
  );
  findings.expect(one.counter >= 1, first, 'EMV Book 2 §8.1', 'the transaction counter is zero');
  if (combined && kind === 'ARQC')
    findings.expect(
      one.signed === 'yes',
      first,
      'EMV Book 2 §6.6.1',
      'the card does not sign its cryptogram though it was asked to',
    );
  findings.expect(
    kind !== 'AAC',
    first,
    'EMV Book 3 §10.8',
    'the card declines a transaction that it has no reason to decline',
  );
  if (kind !== 'ARQC') return;
  const second = 'second cryptogram';
  const secondData = fillList(card.objects.get('8D') ?? Buffer.alloc(0), terminal);
  const ended = await ask(exchange, command('80AE0000', secondData));
  if (ended.status !== '9000') findings.end(second, 'EMV Book 3 §6.5.5', `GENERATE AC is answered ${ended.status}`);
  const two = readCryptogram(ended.data, [], terminal, null, second, findings);
  findings.expect(
    (two.information & 0xc0) === 0,
    second,
    'EMV Book 3 §9.3',
    'the card does not decline though it was asked to',
  );
  findings.expect(
    two.counter === one.counter,
    second,
    'EMV Book 3 §9.2',
    'the transaction counter changed within a transaction',
  );
  const third = await ask(exchange, command('80AE0000', secondData));
  findings.expect(third.status !== '9000', second, 'EMV Book 3 §9.3', 'the card gives a third cryptogram');
}
