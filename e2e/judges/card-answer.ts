import type { Exchange } from './pcsc-client.ts';

/** An answer as its two parts. */
export interface Answer {
  readonly data: Buffer;
  /** SW1 SW2 in upper-case hexadecimal. */
  readonly status: string;
}

/** The header and body of a command, with Le in its short form where one is given. ISO/IEC 7816-3 §12.1. */
export function command(header: string, data: Uint8Array = new Uint8Array(0), le: 'le' | 'none' = 'le'): Buffer {
  const lc = data.length === 0 ? Buffer.alloc(0) : Buffer.of(data.length);
  return Buffer.concat([Buffer.from(header, 'hex'), lc, data, le === 'le' ? Buffer.of(0) : Buffer.alloc(0)]);
}

/** Sends one command and fetches the rest of its answer where the card holds it back. ISO/IEC 7816-3 §12.2.1, EMV Book 1 §9.3.1. */
export async function ask(exchange: Exchange, bytes: Uint8Array): Promise<Answer> {
  let answer = split(await exchange(bytes));
  if (answer.status.startsWith('6C')) {
    answer = split(await exchange(Buffer.concat([bytes.subarray(0, -1), Buffer.from(answer.status.slice(2), 'hex')])));
  }
  let { data } = answer;
  while (answer.status.startsWith('61')) {
    answer = split(await exchange(Buffer.from(`00C00000${answer.status.slice(2)}`, 'hex')));
    data = Buffer.concat([data, answer.data]);
  }
  return { data, status: answer.status };
}

function split(bytes: Buffer): Answer {
  return { data: bytes.subarray(0, -2), status: bytes.subarray(-2).toString('hex').toUpperCase() };
}
