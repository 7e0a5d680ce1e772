import type { Dialogue } from '#shared/domain/dialogue.ts';
import { encodeCommand, type CommandApdu } from '#shared/protocols/apdu/command-apdu.ts';
import { decodeResponse, expectStatus } from '#shared/protocols/apdu/response-apdu.ts';

/** Sends one command through the open channel and hands back the data of its answer; CARD-STATUS unless it was 9000. */
export function* askSecurely(command: CommandApdu, label: string): Dialogue<Uint8Array> {
  const answer = yield { kind: 'secure-exchange', command: encodeCommand(command), label };
  return expectStatus(decodeResponse(answer), label);
}

/** Sends commands through the open channel, one after another; each must be answered 9000 before the next: CARD-STATUS. */
export function* askAllSecurely(
  commands: readonly { readonly command: CommandApdu; readonly label: string }[],
): Dialogue<void> {
  const encoded = commands.map(({ command, label }) => ({ command: encodeCommand(command), label }));
  for (const [at, { command, label }] of encoded.entries()) {
    const answer = yield { kind: 'secure-exchange', command, label, next: encoded[at + 1]?.command };
    expectStatus(decodeResponse(answer), label);
  }
}
