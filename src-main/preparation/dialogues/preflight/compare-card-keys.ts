import { cardKeyVersion, type CardKeyReference } from '#shared/domain/dialogue.ts';
import { issuerKeysOf, keyReplacementOf } from '#shared/domain/card-key-reference.ts';
import type { EmvChip } from '#shared/domain/product.ts';
import type { KeyInformation } from '#shared/protocols/globalplatform/key-information.ts';
import { channelKeyIdentifier, isChannelKeyType } from '#shared/protocols/globalplatform/put-key.ts';

/**
 * What is wrong with the keys that a blank tells, in words; null where it has those that open its first channel, and not yet those that it is to
 * get: a card whose keys were replaced in an attempt that broke off is no blank any more. GPC_SPE_034 v2.3.1 §11.3.3.1.
 */
export function compareCardKeys(keys: readonly KeyInformation[], chip: EmvChip): string | null {
  const { protocol } = chip.secureChannel;
  const replacement = keyReplacementOf(chip);
  const first = replacement?.from ?? issuerKeysOf(chip);
  const has = (wanted: CardKeyReference): boolean =>
    Object.values(channelKeyIdentifier).every((identifier) =>
      keys.some(
        (key) =>
          key.identifier === identifier &&
          key.version === cardKeyVersion(wanted) &&
          key.components.some(({ type }) => isChannelKeyType(protocol, type)),
      ),
    );
  const isOther = replacement !== null && cardKeyVersion(replacement.to) !== cardKeyVersion(first);
  if (isOther && has(replacement.to)) {
    const version = cardKeyVersion(replacement.to);
    return `the chip has the issuer's keys of version ${version} already: an earlier attempt replaced its maker's`;
  }
  if (has(first)) return null;
  const algorithm = protocol === 'scp02' ? 'TDES' : 'AES';
  const versions = [...new Set(keys.map((key) => key.version))].join(', ') || 'none';
  return `the chip holds no ${algorithm} key set of version ${cardKeyVersion(first)} (it shows: ${versions})`;
}
