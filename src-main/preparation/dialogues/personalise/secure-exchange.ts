import type { Dialogue } from '#shared/domain/dialogue.ts';
import { encodeCommand, type CommandApdu } from '#shared/protocols/apdu/command-apdu.ts';
import { decodeResponse, expectStatus } from '#shared/protocols/apdu/response-apdu.ts';

/** Sends one command through the open channel and hands back the data of its answer; CARD-STATUS unless it was 9000. */
export function* askSecurely(command: CommandApdu, label: string): Dialogue<Uint8Array> {
  const answer = yield { kind: 'secure-exchange', command: encodeCommand(command), label };
  return expectStatus(decodeResponse(answer), label);
}
