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

/** Status words of SELECT: of a card in use, and of one that is locked. GPC_SPE_034 v2.3.1 Table 11-83. */
const selectionAnswers = { 'in-use': [0x9000], 'locked-too': [0x9000, 0x6283] } as const;

/**
 * Selects the issuer security domain by an empty name; gives the AID that it answers with, which a pseudo-random card challenge hangs on, or the
 * registered one where it tells none. A locked card is taken by those only who look at it. GPC_SPE_034 v2.3.1 §11.9.3.1, Annex H.1.
 */
export function* selectCardManager(cards: keyof typeof selectionAnswers = 'in-use'): Dialogue<Uint8Array> {
  const label = 'SELECT the card manager';
  const response = yield* send(selectApplication(new Uint8Array(0)), label);
  const answer = expectStatus(response, label, selectionAnswers[cards]);
  return answer.length === 0 ? issuerSecurityDomainAid.slice() : parseSecurityDomainControl(answer).aid;
}
