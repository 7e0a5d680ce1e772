import type { Dialogue } from '#shared/domain/dialogue.ts';
import { encodeCommand, type CommandApdu } from '#shared/protocols/apdu/command-apdu.ts';
import { decodeResponse, expectStatus, type ResponseApdu } from '#shared/protocols/apdu/response-apdu.ts';
import type { ChipReading } from './chip-reading.ts';

/** Sends one command of a proof and hands over answer and status word as they came; an answer with data is part of the reading. */
export function* ask(reading: ChipReading, command: CommandApdu, label: string): Dialogue<ResponseApdu> {
  const answer = decodeResponse(yield { kind: 'exchange', command: encodeCommand(command), label });
  if (answer.data.length > 0) reading.addAnswer(answer.data);
  return answer;
}

/** The same where nothing but 9000 will do: CARD-STATUS. */
export function* exchange(reading: ChipReading, command: CommandApdu, label: string): Dialogue<Uint8Array> {
  return expectStatus(yield* ask(reading, command, label), label);
}
