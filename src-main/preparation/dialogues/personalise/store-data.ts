import { fromHex } from '#shared/bytes/bytes.ts';
import type { Dialogue } from '#shared/domain/dialogue.ts';
import type { ProductChannel } from '#shared/domain/secure-channel.ts';
import type { StoreDataOptions } from '#shared/domain/store-data-options.ts';
import { installForPersonalization } from '#shared/protocols/globalplatform/install-commands.ts';
import { planStoreData } from '#shared/protocols/globalplatform/store-data.ts';
import type { FetchedApplication } from './fetch-groupings.ts';
import { channelDataLimit } from './channel-data-limit.ts';
import { askAllSecurely } from './secure-exchange.ts';

/**
 * Sends the data of every application, in order; the last block of each commits it. Through the security domain INSTALL [for personalization]
 * says first whose they are. Irreversible. CARD-STATUS names the block that the card refused, with its groupings. GPC_SPE_034 v2.3.1 §7.3.3,
 * §11.5.2.3.6, §11.11; EMV CPS v1.1 §4.3.4.
 */
export function* storeApplications(
  applications: readonly FetchedApplication[],
  channel: ProductChannel,
  { grouping, structure, target }: StoreDataOptions,
): Dialogue<void> {
  const layout = { limit: channelDataLimit(channel), structure, grouping };
  yield* askAllSecurely(
    applications.flatMap(({ name, application, groupings }) => {
      const into = target === 'application' ? '' : `, ${name}`;
      const opening = {
        command: installForPersonalization(fromHex(application)),
        label: `INSTALL [for personalization]${into}`,
      };
      const blocks = planStoreData(groupings, layout);
      return [
        ...(target === 'security-domain' ? [opening] : []),
        ...blocks.map((block, number) => ({
          command: block.command,
          label: `STORE DATA ${number + 1} of ${blocks.length} (${block.groupings.join(', ')})${into}`,
        })),
      ];
    }),
  );
}
