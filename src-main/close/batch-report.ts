import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BalanceView } from '#shared/contract/views/batch-views.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { PdfSheet } from '../platform/pdf-sheet.ts';
import { writeFileDurably } from '../platform/write-file-durably.ts';

/** What the report says of the batch besides its figures. No name of a cardholder and no full PAN is among it. */
export interface ReportFacts {
  readonly batch: string;
  readonly station: string;
  readonly mode: 'training' | 'live';
  readonly issuer: string;
  readonly product: string;
  readonly productDigest: string;
  readonly contentDigest: string;
  readonly manifestSigner: string;
  readonly pulled: string;
  readonly released: string;
  readonly closing: string;
  readonly releaseAskedBy: string;
  readonly releaseSignedBy: readonly string[];
  readonly closeAskedBy: string;
  readonly closeSignedBy: readonly string[];
  readonly wrappingKey: string;
  readonly looks: readonly {
    readonly order: string;
    readonly reason: string;
    readonly result: string;
    readonly by: string;
  }[];
  readonly cards: readonly {
    readonly order: string;
    readonly card: string;
    readonly attempt: number;
    readonly line: string;
    readonly chip: string;
    readonly disposition: string;
    readonly reason: string;
    readonly ended: string;
  }[];
}

/** Writes and reads the reports of closed batches, one PDF each, in a folder of the station. */
export class BatchReport {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  pathOf(batch: string): string {
    return join(this.#folder, `${batch}.pdf`);
  }

  /** Writes the report and gives its SHA-256, hexadecimal: the closing event quotes it. */
  async write(facts: ReportFacts, balance: BalanceView, signal: AbortSignal): Promise<string> {
    const bytes = await this.#draw(facts, balance);
    signal.throwIfAborted();
    writeFileDurably(this.pathOf(facts.batch), bytes);
    return createHash('sha256').update(bytes).digest('hex');
  }

  /** The report of a closed batch; CLOSE-NO-REPORT when there is none, CLOSE-REPORT-CHANGED when it is not the one that was written. */
  async read(batch: string, digest: string): Promise<Uint8Array> {
    const bytes = await readFile(this.pathOf(batch)).catch((cause: unknown) => {
      throw new StationFault('CLOSE-NO-REPORT', { batch }, cause);
    });
    if (createHash('sha256').update(bytes).digest('hex') !== digest)
      throw new StationFault('CLOSE-REPORT-CHANGED', { batch });
    return bytes;
  }

  async #draw(facts: ReportFacts, balance: BalanceView): Promise<Uint8Array> {
    const footer = `Cardwright · station ${facts.station} · batch ${facts.batch}${facts.mode === 'training' ? ' · TRAINING' : ''}`;
    const sheet = await PdfSheet.open(`Batch report ${facts.batch}`, footer);
    sheet.title(`Batch report ${facts.batch}`);
    sheet.pair('Issuer', facts.issuer);
    sheet.pair('Product', facts.product);
    sheet.pair('Product digest', facts.productDigest);
    sheet.pair('Content digest', facts.contentDigest);
    sheet.pair('Manifest signed by', facts.manifestSigner);
    sheet.pair('Pulled', facts.pulled);
    sheet.pair('Released', facts.released);
    sheet.pair('Release asked by / signed by', `${facts.releaseAskedBy} / ${facts.releaseSignedBy.join(', ')}`);
    sheet.pair('Close asked by / signed by', `${facts.closeAskedBy} / ${facts.closeSignedBy.join(', ')}`);
    sheet.pair('Closing', facts.closing);
    sheet.pair('Key to be destroyed', facts.wrappingKey);
    sheet.heading('Balance of blanks');
    const figures: readonly (readonly [string, number])[] = [
      ['Taken from the feeder', balance.fed],
      ['Good', balance.good],
      ['Rejected', balance.rejected],
      ['Spoiled', balance.spoiled],
      ['Test', balance.test],
      ['Returned', balance.returned],
      ['Missing', balance.missing],
      ['In a machine', balance.inMachine],
      ['Difference', balance.difference],
    ];
    for (const [label, value] of figures) sheet.pair(label, String(value));
    for (const lot of balance.byLot)
      sheet.pair(`Lot ${lot.lot}`, `${lot.blankType}: used ${lot.used}, good ${lot.good}, rejected ${lot.rejected}`);
    sheet.heading('Orders');
    sheet.pair('Made', `${balance.ordersMade} of ${balance.orders}`);
    sheet.pair('Held back', String(balance.ordersHeld));
    sheet.pair('Not made', String(balance.ordersNotMade));
    sheet.heading('Looks');
    const lookWidths = [170, 110, 90, 120];
    sheet.row(['Order', 'Asked because', 'Result', 'By'], lookWidths, 'bold');
    for (const look of facts.looks) sheet.row([look.order, look.reason, look.result, look.by], lookWidths, 'plain');
    sheet.heading('Cards');
    const widths = [110, 92, 22, 46, 118, 52, 60];
    sheet.row(['Order', 'Card', 'No', 'Line', 'Chip serial', 'Ended as', 'Why'], widths, 'bold');
    for (const card of facts.cards) {
      sheet.row(
        [card.order, card.card, String(card.attempt), card.line, card.chip, card.disposition, card.reason],
        widths,
        'plain',
      );
    }
    return sheet.save();
  }
}
