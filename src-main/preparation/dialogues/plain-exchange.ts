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

/** SELECT of the card manager of a locked card. GPC_SPE_034 v2.3.1 Table 11-83. */
export const lockedCard = 0x6283;

const selectLabel = 'SELECT the card manager';

/**
 * Selects the issuer security domain by an empty name, that of a locked card too; gives the AID that it answers with, which a pseudo-random card
 * challenge hangs on, or the registered one where it tells none. CARD-STATUS, CARD-TLV. GPC_SPE_034 v2.3.1 §11.9.3.1, Annex H.1.
 */
export function* selectAnyCardManager(): Dialogue<{ readonly aid: Uint8Array; readonly statusWord: number }> {
  const response = yield* send(selectApplication(new Uint8Array(0)), selectLabel);
  const answer = expectStatus(response, selectLabel, [0x9000, lockedCard]);
  const aid = answer.length === 0 ? issuerSecurityDomainAid.slice() : parseSecurityDomainControl(answer).aid;
  return { aid, statusWord: response.statusWord };
}

/** The same of a card in use: CARD-STATUS where it is locked. */
export function* selectCardManager(): Dialogue<Uint8Array> {
  const { aid, statusWord } = yield* selectAnyCardManager();
  expectStatus({ data: aid, statusWord }, selectLabel);
  return aid;
}
