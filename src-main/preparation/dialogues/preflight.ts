import { equalBytes, fromHex, toHex } from '#shared/bytes/bytes.ts';
import type { Dialogue } from '#shared/domain/dialogue.ts';
import { chipApplications, type ChipApplication, type EmvChip, type Product } from '#shared/domain/product.ts';
import { isFault, StationFault } from '#shared/faults/station-fault.ts';
import type { ResponseApdu } from '#shared/protocols/apdu/response-apdu.ts';
import { describeStatus, formatStatus } from '#shared/protocols/apdu/status-word.ts';
import { parseApplicationControl } from '#shared/protocols/emv/application-selection.ts';
import { readRecord } from '#shared/protocols/emv/application-commands.ts';
import {
  cardDataObject,
  getCardData,
  getStatus,
  selectApplication,
  statusScope,
} from '#shared/protocols/globalplatform/card-commands.ts';
import { parseKeyInformation } from '#shared/protocols/globalplatform/key-information.ts';
import { cardLifeCycle, describeCardLifeCycle } from '#shared/protocols/globalplatform/life-cycle.ts';
import { chipSerial, parseProductionLifeCycle } from '#shared/protocols/globalplatform/production-life-cycle.ts';
import { parseRegistryEntries } from '#shared/protocols/globalplatform/registry-entry.ts';
import type { PreflightResult } from '../port.ts';
import { compareCardKeys } from './compare-keys.ts';
import { send } from './plain-exchange.ts';

type Finding = PreflightResult['findings'][number];

/**
 * Reads a blank without any authentication and compares it with what the product expects: ATR, card manager, production data, key
 * information, life cycle, and an application that holds no data yet. Leaves no trace on the card. Findings are empty when it fits.
 *
 * CARD-GONE when the card stops answering. GPC_SPE_034 v2.3.1 §11.3, §11.9; EMV Book 3 v4.4 §6.5.11.
 */
export function* preflight(product: Product, atr: Uint8Array): Dialogue<PreflightResult> {
  const { chip } = product;
  if (chip.kind === 'none') return { chipSerial: null, findings: [] };
  const findings: Finding[] = [...compareAtr(chip, atr)];
  const domain = yield* send(selectApplication(new Uint8Array(0)), 'SELECT the card manager');
  if (domain.statusWord !== 0x9000) {
    findings.push(found('CARD-MANAGER', `the card manager answers ${words(domain)}`));
    return { chipSerial: null, findings };
  }
  const production = yield* send(getCardData(cardDataObject.productionLifeCycle), 'GET DATA 9F7F');
  const serial = readSerial(production, chip, findings);
  findings.push(...compareKeys(yield* send(getCardData(cardDataObject.keyInformationTemplate), 'GET DATA 00E0'), chip));
  const status = yield* send(getStatus(statusScope.issuerSecurityDomain), 'GET STATUS of the card manager');
  findings.push(...compareLifeCycle(status, chip));
  for (const application of chipApplications(chip)) {
    const check = installs(chip, application) ? checkNotThere(application) : checkApplication(application);
    findings.push(...(yield* check));
  }
  return { chipSerial: serial, findings };
}

function found(item: string, text: string): Finding {
  return { code: `PREFLIGHT-${item}`, item, text };
}

function words({ statusWord }: ResponseApdu): string {
  return `${formatStatus(statusWord)} (${describeStatus(statusWord).text})`;
}

function compareAtr(chip: EmvChip, atr: Uint8Array): readonly Finding[] {
  if (chip.preflight.atrs.some((wanted) => equalBytes(fromHex(wanted), atr))) return [];
  const wanted = chip.preflight.atrs.join(' or ');
  return [found('ATR', `the chip answers the reset with ${toHex(atr)} instead of ${wanted}`)];
}

/** Turns what a parser refuses into a finding; any other fault goes on. */
function parsed<Value>(item: string, what: string, findings: Finding[], parse: () => Value): Value | null {
  try {
    return parse();
  } catch (thrown) {
    if (!(thrown instanceof StationFault) || isFault(thrown, 'CARD-GONE')) throw thrown;
    findings.push(found(item, `${what} cannot be read`));
    return null;
  }
}

function readSerial(answer: ResponseApdu, chip: EmvChip, findings: Finding[]): string | null {
  if (answer.statusWord !== 0x9000) {
    findings.push(found('CPLC', `the chip's production data is refused with ${words(answer)}`));
    return null;
  }
  const cplc = parsed('CPLC', "the chip's production data", findings, () => parseProductionLifeCycle(answer.data));
  if (cplc === null) return null;
  const wanted = chip.preflight.cplc;
  const compare = (name: string, expected: string | undefined, actual: string): void => {
    if (expected === undefined || expected === actual) return;
    findings.push(found('CPLC', `the chip's ${name} is ${actual} instead of ${expected}`));
  };
  compare('fabricator', wanted.fabricator, cplc.icFabricator);
  compare('type', wanted.type, cplc.icType);
  compare('operating system', wanted.operatingSystem, cplc.operatingSystem);
  return chipSerial(cplc);
}

function compareKeys(answer: ResponseApdu, chip: EmvChip): readonly Finding[] {
  const item = 'KEY-VERSION';
  if (answer.statusWord !== 0x9000) return [found(item, `the key information is refused with ${words(answer)}`)];
  const findings: Finding[] = [];
  const keys = parsed(item, 'the key information', findings, () => parseKeyInformation(answer.data));
  if (keys === null) return findings;
  const text = compareCardKeys(keys, chip);
  return text === null ? findings : [found(item, text)];
}

/**
 * Most cards keep their registry to themselves before an authentication; one that shows it must be in the product's state.
 * A card manager that was selected with a bare 9000 is at least neither locked nor terminated (GPC_SPE_034 v2.3.1 §11.9.3.2).
 */
function compareLifeCycle(answer: ResponseApdu, chip: EmvChip): readonly Finding[] {
  if (answer.statusWord !== 0x9000) return [];
  const findings: Finding[] = [];
  const [entry] = parsed('LIFE-CYCLE', 'the registry', findings, () => parseRegistryEntries(answer.data)) ?? [];
  if (entry === undefined) return findings;
  const wanted = chip.preflight.lifeCycle;
  const states = {
    OP_READY: cardLifeCycle.opReady,
    INITIALIZED: cardLifeCycle.initialized,
    SECURED: cardLifeCycle.secured,
  };
  if (entry.lifeCycle === states[wanted]) return findings;
  return [found('LIFE-CYCLE', `the card manager is ${describeCardLifeCycle(entry.lifeCycle)} instead of ${wanted}`)];
}

/** Whether an application comes onto the card with what the product loads. */
function installs({ content }: EmvChip, { application }: ChipApplication): boolean {
  return content?.applications.some((one) => one.application === application) ?? false;
}

/** An application that is yet to be installed: a card that has it was begun before. */
function* checkNotThere({ application }: ChipApplication): Dialogue<readonly Finding[]> {
  const { statusWord } = yield* send(selectApplication(fromHex(application)), 'SELECT the application');
  if (statusWord !== 0x9000) return [];
  return [
    found('PERSONALISED', `the application ${application} is on the chip already, and it is yet to be installed`),
  ];
}

/** The application must be there and must hold none of what a personalisation puts into it. */
function* checkApplication(chip: ChipApplication): Dialogue<readonly Finding[]> {
  const selected = yield* send(selectApplication(fromHex(chip.application)), 'SELECT the application');
  if (selected.statusWord !== 0x9000) {
    return [found('APPLICATION', `the application ${chip.application} answers ${words(selected)}`)];
  }
  const findings: Finding[] = [];
  const control = parsed('APPLICATION', 'the answer of the application', findings, () =>
    parseApplicationControl(selected.data),
  );
  if (control !== null && (control.label !== undefined || control.pdol.length > 0)) {
    return [found('PERSONALISED', 'the application is personalised already')];
  }
  for (const { sfi, number } of chip.proof.records) {
    const record = yield* send(
      readRecord({ shortFileIdentifier: sfi, record: number }),
      `READ RECORD ${sfi}/${number}`,
    );
    if (record.statusWord === 0x9000)
      return [...findings, found('PERSONALISED', 'the application holds records already')];
  }
  return findings;
}
