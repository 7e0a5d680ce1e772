import { equalBytes, fromHex, toHex } from '#shared/bytes/bytes.ts';
import type { Dialogue } from '#shared/domain/dialogue.ts';
import { chipApplications, type ChipApplication, type EmvChip, type Product } from '#shared/domain/product.ts';
import {
  cardDataObject,
  getCardData,
  getStatus,
  selectApplication,
  statusScope,
} from '#shared/protocols/globalplatform/card-commands.ts';
import type { BlankInReader, PreflightResult } from '../../port.ts';
import { send } from '../plain-exchange.ts';
import { checkAbsent, checkApplication, checkNotThere } from './check-application.ts';
import { compareLifeCycle, compareMemory, compareNumber, compareProduction } from './compare-card-data.ts';
import { compareChannel, compareKeys } from './compare-keys.ts';
import { found, statusInWords, type Finding } from './finding.ts';

/**
 * Reads a blank without any authentication and compares it with what the product expects: side and ATR, card manager, production data, key
 * information, secure channel, the card's numbers and free memory where the product names them, life cycle, and every application: there and
 * without data, or not there yet. Leaves no trace on the card and spends no try of its keys. Findings are empty when it fits.
 *
 * CARD-GONE when the card stops answering. GPC_SPE_034 v2.3.1 §11.3, §11.9, §H.2, §H.3; EMV Book 3 v4.4 §6.5.11.
 */
export function* preflight(product: Product, blank: BlankInReader): Dialogue<PreflightResult> {
  const { chip } = product;
  if (chip.kind === 'none') return { chipSerial: null, findings: [] };
  const findings: Finding[] = [...compareArrival(chip, blank)];
  const domain = yield* send(selectApplication(new Uint8Array(0)), 'SELECT the card manager');
  if (domain.statusWord !== 0x9000) {
    findings.push(found('CARD-MANAGER', `the card manager answers ${statusInWords(domain)}`));
    return { chipSerial: null, findings };
  }
  const production = compareProduction(yield* get('productionLifeCycle'), chip);
  findings.push(...production.findings);
  findings.push(...compareKeys(yield* get('keyInformationTemplate'), chip));
  findings.push(...compareChannel(yield* get('cardData'), chip));
  const { issuerIdentification, cardImage, memory, absent = [] } = chip.preflight;
  if (issuerIdentification !== undefined)
    findings.push(...compareNumber(yield* get('issuerIdentificationNumber'), 'iin', issuerIdentification));
  if (cardImage !== undefined) findings.push(...compareNumber(yield* get('cardImageNumber'), 'cin', cardImage));
  if (memory !== undefined) findings.push(...compareMemory(yield* get('cardResources'), memory));
  const status = yield* send(getStatus(statusScope.issuerSecurityDomain), 'GET STATUS of the card manager');
  findings.push(...compareLifeCycle(status, chip));
  for (const application of absent) findings.push(...(yield* checkAbsent(application)));
  for (const application of chipApplications(chip)) {
    if (absent.includes(application.application)) continue;
    const check = installs(chip, application) ? checkNotThere(application) : checkApplication(application);
    findings.push(...(yield* check));
  }
  return { chipSerial: production.serial, findings };
}

function* get(object: keyof typeof cardDataObject) {
  const tag = cardDataObject[object];
  return yield* send(getCardData(tag), `GET DATA ${tag.toString(16).padStart(4, '0').toUpperCase()}`);
}

/** How the blank met the reader: by which side, and with what answer to reset. */
function compareArrival({ preflight: { atrs, side = 'contact' } }: EmvChip, blank: BlankInReader): readonly Finding[] {
  if (blank.side !== side)
    return [found('SIDE', `the reader speaks to the ${blank.side} side, the product is made on the ${side} side`)];
  if (atrs.some((wanted) => equalBytes(fromHex(wanted), blank.atr))) return [];
  return [found('ATR', `the chip answers the reset with ${toHex(blank.atr)} instead of ${atrs.join(' or ')}`)];
}

/** Whether an application comes onto the card with what the product loads. */
function installs({ content }: EmvChip, { application }: ChipApplication): boolean {
  return content?.applications.some((one) => one.application === application) ?? false;
}
