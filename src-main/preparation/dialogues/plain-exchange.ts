import type { Dialogue } from '#shared/domain/dialogue.ts';
import { encodeCommand, type CommandApdu } from '#shared/protocols/apdu/command-apdu.ts';
import { decodeResponse, expectStatus, type ResponseApdu } from '#shared/protocols/apdu/response-apdu.ts';

/** Sends one command without a channel; CARD-GONE when nothing comes back. */
export function* send(command: CommandApdu, label: string): Dialogue<ResponseApdu> {
  return decodeResponse(yield { kind: 'exchange', command: encodeCommand(command), label });
}

/** Sends one command and hands back the data of its answer; CARD-STATUS unless it was 9000. */
export function* ask(command: CommandApdu, label: string): Dialogue<Uint8Array> {
  return expectStatus(yield* send(command, label), label);
}
