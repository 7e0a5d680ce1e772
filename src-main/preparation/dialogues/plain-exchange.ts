import type { Dialogue } from '#shared/domain/dialogue.ts';
import { encodeCommand, type CommandApdu } from '#shared/protocols/apdu/command-apdu.ts';
import { decodeResponse, expectStatus, type ResponseApdu } from '#shared/protocols/apdu/response-apdu.ts';
import { issuerSecurityDomainAid, selectApplication } from '#shared/protocols/globalplatform/card-commands.ts';
import { parseSecurityDomainControl } from '#shared/protocols/globalplatform/security-domain-control.ts';

/** Sends one command without a channel; CARD-GONE when nothing comes back. */
export function* send(command: CommandApdu, label: string): Dialogue<ResponseApdu> {
  return decodeResponse(yield { kind: 'exchange', command: encodeCommand(command), label });
}

/** Sends one command and hands back the data of its answer; CARD-STATUS unless it was 9000. */
export function* ask(command: CommandApdu, label: string): Dialogue<Uint8Array> {
  return expectStatus(yield* send(command, label), label);
}

/**
 * Selects the issuer security domain by an empty name; gives the AID that it answers with, which a pseudo-random card challenge hangs on, or the
 * registered one where it tells none. GPC_SPE_034 v2.3.1 §11.9.3.1, Annex H.1.
 */
export function* selectCardManager(): Dialogue<Uint8Array> {
  const answer = yield* ask(selectApplication(new Uint8Array(0)), 'SELECT the card manager');
  return answer.length === 0 ? issuerSecurityDomainAid.slice() : parseSecurityDomainControl(answer).aid;
}
