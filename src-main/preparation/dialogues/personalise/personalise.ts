import { fromHex } from '#shared/bytes/bytes.ts';
import { keyReplacementOf } from '#shared/domain/card-key-reference.ts';
import type { Dialogue } from '#shared/domain/dialogue.ts';
import type { EmvChip } from '#shared/domain/product.ts';
import { storeDataOf } from '#shared/domain/store-data-options.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { selectApplication } from '#shared/protocols/globalplatform/card-commands.ts';
import type { PreparedCard } from '../../port.ts';
import { loadContent } from '../load-content.ts';
import { ask, selectCardManager } from '../plain-exchange.ts';
import { replaceCardKeys } from '../replace-card-keys.ts';
import { channelDataLimit } from './channel-data-limit.ts';
import { requireCommitted, secureCard } from './end-state.ts';
import { fetchApplications, secretForm } from './fetch-groupings.ts';
import { openChannel } from './open-channel.ts';
import { storeApplications } from './store-data.ts';

/** Names of the points that the journal holds: before the first command that changes the card, and after the last was accepted. */
export const personalisationMarks = { begun: 'personalisation-begun', done: 'personalised' } as const;

/**
 * Personalises the chip by its plan, phase by phase: selects the application, or the issuer's security domain where the product speaks to it;
 * opens the channel; where the blank has its maker's keys, replaces them and opens a channel with the issuer's; loads and installs what the product says; sends every data grouping (the last STORE DATA of an application commits it); asks the registry what came of it, and ends
 * the card where the product says so. A chip with several applications has one
 * channel for all, so one try of the keys: INSTALL [for personalization] says for each application that the STORE DATA after it are for it.
 * Irreversible. Every secret is enciphered for the card before the first STORE DATA, so that a key that is missing costs no card.
 *
 * CARD-STATUS, CARD-ANSWER, CARD-AUTHENTICATION when the card refuses the host's cryptogram, CARD-PERSONALISATION, and the faults of the key port. EMV CPS v1.1 §3.3, GPC_SPE_034 v2.3.1 §7.3.3, §11.5.2.3.6, §11.11,
 * GPC_SPE_014 v1.1.2 §7.1.
 */
export function* personalise(card: Pick<PreparedCard, 'plan' | 'product'>): Dialogue<void> {
  const plan = card.plan.chip;
  if (plan.kind === 'none') return;
  const chip = requireEmv(card);
  const options = storeDataOf(chip);
  const selected = yield* options.target === 'application' ? selectFirst(plan.application) : selectCardManager();
  const channel = { channel: chip.secureChannel, padding: options.padding };
  const replacement = keyReplacementOf(chip);
  yield* openChannel({ ...channel, keySet: replacement?.from ?? plan.keySet, application: selected });
  if (replacement !== null) yield* replaceCardKeys(replacement, channel);
  const applications = yield* fetchApplications(plan, secretForm(chip));
  if (plan.content !== undefined) yield* loadContent(plan.content, channelDataLimit(chip.secureChannel));
  yield { kind: 'mark', name: personalisationMarks.begun };
  yield* storeApplications(applications, chip.secureChannel, options);
  if (options.target === 'security-domain') yield* requireCommitted(applications, options.committed);
  if (chip.endLifeCycle !== undefined) yield* secureCard();
  yield { kind: 'mark', name: personalisationMarks.done };
}

function* selectFirst(application: string): Dialogue<Uint8Array> {
  const aid = fromHex(application);
  yield* ask(selectApplication(aid), 'SELECT the application');
  return aid;
}

function requireEmv({ product }: Pick<PreparedCard, 'product'>): EmvChip {
  if (product.chip.kind === 'emv') return product.chip;
  throw new StationFault('CARD-PERSONALISATION', { reason: 'the plan has a chip and the product has none' });
}
