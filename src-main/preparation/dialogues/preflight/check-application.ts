import { fromHex } from '#shared/bytes/bytes.ts';
import type { Dialogue } from '#shared/domain/dialogue.ts';
import type { ChipApplication } from '#shared/domain/product.ts';
import { parseApplicationControl } from '#shared/protocols/emv/application-selection.ts';
import { readRecord } from '#shared/protocols/emv/application-commands.ts';
import { selectApplication } from '#shared/protocols/globalplatform/card-commands.ts';
import { findTlv } from '#shared/protocols/tlv/find-tlv.ts';
import { send } from '../plain-exchange.ts';
import { found, readOrFind, statusInWords, type Finding } from './finding.ts';

/** SELECT of what is not there. GPC_SPE_034 v2.3.1 §11.9.3.2; ISO/IEC 7816-4:2013 table 7. */
const notFound = 0x6a82;

/** The application must be there and must hold none of what a personalisation puts into it. */
export function* checkApplication({ application, proof }: ChipApplication): Dialogue<readonly Finding[]> {
  const selected = yield* send(selectApplication(fromHex(application)), 'SELECT the application');
  if (selected.statusWord !== 0x9000) {
    return [found('APPLICATION', `the application ${application} answers ${statusInWords(selected)}`)];
  }
  const { value: control, findings } = readOrFind('APPLICATION', 'the answer of the application', () =>
    parseApplicationControl(selected.data),
  );
  // EMV Book 1 v4.4 §11.3.4: everything of the application's own stands in A5.
  if (control !== null && (findTlv(control.objects, 0xa5)?.children ?? []).length > 0) {
    return [found('PERSONALISED', 'the application is personalised already')];
  }
  for (const { sfi, number } of proof.records) {
    const record = yield* send(
      readRecord({ shortFileIdentifier: sfi, record: number }),
      `READ RECORD ${sfi}/${number}`,
    );
    if (record.statusWord === 0x9000)
      return [...findings, found('PERSONALISED', 'the application holds records already')];
  }
  return findings;
}

/** What is put on the card later must not be there yet. */
export function* checkAbsent(application: string): Dialogue<readonly Finding[]> {
  const selected = yield* send(selectApplication(fromHex(application)), 'SELECT what must not be there');
  if (selected.statusWord === notFound) return [];
  const answer = selected.statusWord === 0x9000 ? 'is on the blank already' : `answers ${statusInWords(selected)}`;
  return [found('NOT-ABSENT', `the application ${application} ${answer}`)];
}

/** An application that is yet to be installed: a card that has it was begun before. */
export function* checkNotThere({ application }: ChipApplication): Dialogue<readonly Finding[]> {
  const { statusWord } = yield* send(selectApplication(fromHex(application)), 'SELECT the application');
  if (statusWord !== 0x9000) return [];
  return [
    found('PERSONALISED', `the application ${application} is on the chip already, and it is yet to be installed`),
  ];
}
