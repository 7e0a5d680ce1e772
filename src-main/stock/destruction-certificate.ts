import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StationFault } from '#shared/faults/station-fault.ts';
import { PdfSheet } from '../platform/pdf-sheet.ts';
import { writeFileDurably } from '../platform/write-file-durably.ts';

/** What a certificate says. Of a card it holds first six and last four digits at most, and no name. */
export interface CertificateFacts {
  readonly number: string;
  readonly destruction: string;
  readonly station: string;
  readonly mode: 'training' | 'live';
  readonly date: string;
  readonly method: string;
  readonly askedBy: string;
  readonly witnesses: readonly string[];
  readonly statementDigest: string;
  /** The last entry of the journal before the destruction's own. */
  readonly journal: { readonly sequence: number; readonly entryHash: string };
  readonly counts: readonly (readonly [string, number])[];
  readonly cards: readonly {
    readonly batch: string;
    readonly order: string;
    readonly card: string;
    readonly chip: string;
    readonly attempt: string;
    readonly disposition: string;
  }[];
  readonly lots: readonly {
    readonly lot: string;
    readonly type: string;
    readonly place: string;
    readonly count: number;
  }[];
  readonly ribbons: readonly {
    readonly ribbon: string;
    readonly type: string;
    readonly line: string;
    readonly panels: number;
  }[];
}

/** Writes and reads the certificates of destruction, one PDF each, in a folder of the station. */
export class DestructionCertificates {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  fileName(number: string): string {
    return `destruction-${number}.pdf`;
  }

  /** Writes a certificate and gives its SHA-256, hexadecimal: the destruction's event quotes it. */
  async write(facts: CertificateFacts): Promise<string> {
    const bytes = await draw(facts);
    writeFileDurably(join(this.#folder, this.fileName(facts.number)), bytes);
    return createHash('sha256').update(bytes).digest('hex');
  }

  /** STOCK-NO-CERTIFICATE when there is none, STOCK-CERTIFICATE-CHANGED when it is not the one that was written. */
  async read(number: string, digest: string): Promise<Uint8Array> {
    const bytes = await readFile(join(this.#folder, this.fileName(number))).catch((cause: unknown) => {
      throw new StationFault('STOCK-NO-CERTIFICATE', { number }, cause);
    });
    if (createHash('sha256').update(bytes).digest('hex') !== digest)
      throw new StationFault('STOCK-CERTIFICATE-CHANGED', { number });
    return bytes;
  }
}

async function draw(facts: CertificateFacts): Promise<Uint8Array> {
  const training = facts.mode === 'training' ? ' · TRAINING' : '';
  const footer = `Cardwright · station ${facts.station} · certificate of destruction ${facts.number}${training}`;
  const sheet = await PdfSheet.open(`Certificate of destruction ${facts.number}`, footer);
  sheet.title(`Certificate of destruction ${facts.number}`);
  sheet.pair('Station', facts.station);
  sheet.pair('Date', facts.date);
  sheet.pair('Method', facts.method);
  sheet.pair('Destroyed by', facts.askedBy);
  facts.witnesses.forEach((witness, at) => sheet.pair(`Witness ${at + 1}`, witness));
  sheet.pair('Signed statement', facts.statementDigest);
  sheet.pair('Journal before it', `entry ${facts.journal.sequence}`);
  sheet.pair('Hash of that entry', facts.journal.entryHash);
  sheet.heading('Destroyed');
  for (const [label, count] of facts.counts) sheet.pair(label, String(count));
  if (facts.cards.length > 0) {
    sheet.heading('Cards');
    const widths = [100, 100, 92, 110, 100];
    sheet.row(['Batch', 'Order', 'Card', 'Chip serial', 'Ended as'], widths, 'bold');
    for (const { batch, order, card, chip, disposition } of facts.cards)
      sheet.row([batch, order, card, chip, disposition], widths, 'plain');
  }
  if (facts.lots.length > 0) {
    sheet.heading('Stock that was never used');
    const widths = [160, 160, 110, 60];
    sheet.row(['Lot', 'Type', 'From', 'Count'], widths, 'bold');
    for (const { lot, type, place, count } of facts.lots) sheet.row([lot, type, place, String(count)], widths, 'plain');
  }
  if (facts.ribbons.length > 0) {
    sheet.heading('Used ribbons');
    const widths = [180, 120, 110, 80];
    sheet.row(['Ribbon', 'Type', 'Line', 'Panels'], widths, 'bold');
    for (const { ribbon, type, line, panels } of facts.ribbons)
      sheet.row([ribbon, type, line, String(panels)], widths, 'plain');
  }
  return sheet.save();
}
