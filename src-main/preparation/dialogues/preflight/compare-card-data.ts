import type { EmvChip } from '#shared/domain/product.ts';
import type { ResponseApdu } from '#shared/protocols/apdu/response-apdu.ts';
import { parseCardNumber } from '#shared/protocols/globalplatform/card-recognition-data.ts';
import { parseCardResources } from '#shared/protocols/globalplatform/card-resources.ts';
import { cardLifeCycle, describeCardLifeCycle } from '#shared/protocols/globalplatform/life-cycle.ts';
import { chipSerial, parseProductionLifeCycle } from '#shared/protocols/globalplatform/production-life-cycle.ts';
import { parseRegistryEntries } from '#shared/protocols/globalplatform/registry-entry.ts';
import { found, readOrFind, statusInWords, type Finding } from './finding.ts';

/** The chip's serial, and what of its production data is not the product's. ISO/Visa practice, tag 9F7F. */
export function compareProduction(
  answer: ResponseApdu,
  { preflight }: EmvChip,
): { readonly serial: string | null; readonly findings: readonly Finding[] } {
  const item = 'CPLC';
  if (answer.statusWord !== 0x9000)
    return {
      serial: null,
      findings: [found(item, `the chip's production data is refused with ${statusInWords(answer)}`)],
    };
  const { value: cplc, findings } = readOrFind(item, "the chip's production data", () =>
    parseProductionLifeCycle(answer.data),
  );
  if (cplc === null) return { serial: null, findings };
  const wanted = preflight.cplc;
  const compare = (name: string, expected: string | undefined, actual: string): readonly Finding[] =>
    expected === undefined || expected === actual
      ? []
      : [found(item, `the chip's ${name} is ${actual} instead of ${expected}`)];
  return {
    serial: chipSerial(cplc),
    findings: [
      ...compare('fabricator', wanted.fabricator, cplc.icFabricator),
      ...compare('type', wanted.type, cplc.icType),
      ...compare('operating system', wanted.operatingSystem, cplc.operatingSystem),
    ],
  };
}

/** What a number of the card is called, and where it is. GPC_SPE_034 v2.3.1 §7.4.1.1, §7.4.1.2. */
const cardNumbers = {
  iin: { tag: 0x42, item: 'ISSUER', name: 'issuer identification number' },
  cin: { tag: 0x45, item: 'CARD-IMAGE', name: 'card image number' },
} as const;

/** Compares the issuer identification number or the card image number that the product names. GPC_SPE_034 v2.3.1 §7.4.1.1, §7.4.1.2. */
export function compareNumber(
  answer: ResponseApdu,
  which: keyof typeof cardNumbers,
  expected: string,
): readonly Finding[] {
  const { tag, item, name } = cardNumbers[which];
  if (answer.statusWord !== 0x9000) return [found(item, `the blank tells no ${name}: ${statusInWords(answer)}`)];
  const { value, findings } = readOrFind(item, `the ${name}`, () => parseCardNumber(answer.data, tag));
  if (value === null) return findings;
  return value === expected ? [] : [found(item, `the blank's ${name} is ${value} instead of ${expected}`)];
}

/** The blank must report at least the free memory that the product asks for. ETSI TS 102 226 §8.2.1.7.2. */
export function compareMemory(answer: ResponseApdu, wanted: number): readonly Finding[] {
  const item = 'MEMORY';
  if (answer.statusWord !== 0x9000)
    return [found(item, `the blank does not tell its free memory: ${statusInWords(answer)}`)];
  const { value, findings } = readOrFind(item, 'the free memory', () => parseCardResources(answer.data));
  if (value === null) return findings;
  if (value.nonVolatile >= wanted) return [];
  return [found(item, `the blank has ${value.nonVolatile} bytes of free memory, the product needs ${wanted}`)];
}

/**
 * Most cards keep their registry to themselves before an authentication; one that shows it must be in the product's state.
 * A card manager that was selected with a bare 9000 is at least neither locked nor terminated (GPC_SPE_034 v2.3.1 §11.9.3.2).
 */
export function compareLifeCycle(answer: ResponseApdu, { preflight }: EmvChip): readonly Finding[] {
  const item = 'LIFE-CYCLE';
  if (answer.statusWord !== 0x9000) return [];
  const { value, findings } = readOrFind(item, 'the registry', () => parseRegistryEntries(answer.data));
  const [entry] = value ?? [];
  if (entry === undefined) return findings;
  const states = {
    OP_READY: cardLifeCycle.opReady,
    INITIALIZED: cardLifeCycle.initialized,
    SECURED: cardLifeCycle.secured,
  };
  const wanted = preflight.lifeCycle;
  if (entry.lifeCycle === states[wanted]) return [];
  return [found(item, `the card manager is ${describeCardLifeCycle(entry.lifeCycle)} instead of ${wanted}`)];
}
