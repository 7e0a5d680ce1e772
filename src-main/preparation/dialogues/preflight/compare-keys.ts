import { describeChannel } from '#shared/domain/secure-channel.ts';
import type { EmvChip } from '#shared/domain/product.ts';
import type { ResponseApdu } from '#shared/protocols/apdu/response-apdu.ts';
import {
  parseCardRecognitionData,
  type OfferedChannel,
} from '#shared/protocols/globalplatform/card-recognition-data.ts';
import { parseKeyInformation } from '#shared/protocols/globalplatform/key-information.ts';
import { compareCardKeys } from './compare-card-keys.ts';
import { found, readOrFind, statusInWords, type Finding } from './finding.ts';

const protocolNumbers = { scp02: 2, scp03: 3 } as const;

/** The key set that opens the first channel must be there: the issuer's, or the maker's where the product says factory keys. GPC_SPE_034 v2.3.1 §11.3.3.1. */
export function compareKeys(answer: ResponseApdu, chip: EmvChip): readonly Finding[] {
  const item = 'KEY-VERSION';
  if (answer.statusWord !== 0x9000)
    return [found(item, `the key information is refused with ${statusInWords(answer)}`)];
  const { value: keys, findings } = readOrFind(item, 'the key information', () => parseKeyInformation(answer.data));
  if (keys === null) return findings;
  const text = compareCardKeys(keys, chip);
  return text === null ? [] : [found(item, text)];
}

/**
 * A blank that tells its secure channels must tell the product's; one that tells none is asked for nothing more, unless the product says that it
 * must. Card recognition data, GPC_SPE_034 v2.3.1 §H.2, §H.3.
 */
export function compareChannel(answer: ResponseApdu, chip: EmvChip): readonly Finding[] {
  const item = 'CHANNEL';
  const wanted = chip.secureChannel;
  if (answer.statusWord !== 0x9000) {
    if (chip.preflight.recognition === undefined) return [];
    return [found(item, `the blank does not tell its secure channel: ${statusInWords(answer)}`)];
  }
  const { value, findings } = readOrFind(item, 'the card recognition data', () =>
    parseCardRecognitionData(answer.data),
  );
  if (value === null) return findings;
  const offered = value.channels;
  const option = Number.parseInt(wanted.parameter, 16);
  const isWanted = (one: OfferedChannel) => one.protocol === protocolNumbers[wanted.protocol] && one.option === option;
  if (offered.some(isWanted)) return [];
  const speaks = offered.map(describeOffered).join(', ') || 'no secure channel';
  return [found(item, `the blank speaks ${speaks}, the product asks for ${describeChannel(wanted)}`)];
}

function describeOffered({ protocol, option }: OfferedChannel): string {
  const digits = (value: number) => value.toString(16).padStart(2, '0');
  return describeChannel({ protocol: `scp${digits(protocol)}`, parameter: digits(option) });
}
