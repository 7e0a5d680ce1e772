import type { ChipApplication, Product } from '#shared/domain/product.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { parseApplicationRecord } from '#shared/protocols/emv/application-selection.ts';
import { listRecords, parseFileLocator } from '#shared/protocols/emv/file-locator.ts';
import { walkTlvs } from '#shared/protocols/tlv/find-tlv.ts';
import { applyRules } from '#shared/rule-pack/apply-rules.ts';
import type { RulePack } from '#shared/rule-pack/rule-pack-schema.ts';
import { tagItem, type ChipReading } from './chip-reading.ts';
import type { ProofFinding } from './port.ts';

const fileLocator = 0x94;

/** Tags of the records that the card's own file locator counts as signed. EMV Book 3 v4.4 §10.3. */
function signedTags(reading: ChipReading): ReadonlySet<number> {
  const [locator] = reading.find(fileLocator);
  if (locator === undefined) return new Set();
  try {
    const signed = listRecords(parseFileLocator(locator.value)).filter(({ coverage }) => coverage === 'signed');
    const records = reading.records.filter(({ sfi, number }) =>
      signed.some((address) => address.shortFileIdentifier === sfi && address.record === number),
    );
    return new Set(
      records.flatMap(({ bytes }) => [...walkTlvs(parseApplicationRecord(bytes))].map(([, { tag }]) => tag)),
    );
  } catch (thrown) {
    // A locator that is none is a finding of the rules themselves.
    if (thrown instanceof StationFault) return new Set();
    throw thrown;
  }
}

/** Holds a payment application as it was read against the rules of EMV and of its issuer; other applications have none. */
export function holdToRules(
  { proof }: Pick<ChipApplication, 'proof'>,
  reading: ChipReading,
  { issuer }: Pick<Product, 'issuer'>,
  packs: readonly RulePack[],
): readonly ProofFinding[] {
  if (!proof.sequence.includes('get-processing-options')) return [];
  const subject = { objects: reading.objects, signedTags: signedTags(reading) };
  return applyRules(
    packs.filter((pack) => pack.issuer === undefined || pack.issuer === issuer),
    subject,
  ).map(({ rule, clause, tag, text }) => ({
    code: 'PROOF-RULE',
    item: tagItem(tag),
    text: `${text} (${rule}, ${clause})`,
  }));
}
