import { fromHex } from '../bytes/bytes.ts';
import { describeValue } from '../protocols/emv/describe-value.ts';

/** What a constant of a profile means, bit by bit or rule by rule; empty for other sources, for parts without a tag, and where the digits say all. */
export function constantMeaning({
  tag,
  source,
}: {
  readonly tag: string | null;
  readonly source: string;
}): readonly string[] {
  const constant = /^constant:((?:[0-9a-f]{2})+)$/.exec(source)?.[1];
  return constant === undefined || tag === null ? [] : describeValue(Number.parseInt(tag, 16), fromHex(constant));
}
