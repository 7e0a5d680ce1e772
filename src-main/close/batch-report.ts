import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PDFDocument, StandardFonts, rgb, type PDFFont, type PDFPage } from 'pdf-lib';
import type { BalanceView } from '#shared/contract/views/batch-views.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
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

const pageSize: [number, number] = [595, 842];
const margin = 48;
const ink = rgb(0.1, 0.12, 0.16);
const faint = rgb(0.42, 0.45, 0.5);

/** A page writer that begins a new page when the one before is full. */
class Sheet {
  readonly #document: PDFDocument;
  readonly #font: PDFFont;
  readonly #bold: PDFFont;
  readonly #footer: string;
  #page: PDFPage;
  #y: number;

  constructor(document: PDFDocument, font: PDFFont, bold: PDFFont, footer: string) {
    this.#document = document;
    this.#font = font;
    this.#bold = bold;
    this.#footer = footer;
    this.#page = document.addPage(pageSize);
    this.#y = pageSize[1] - margin;
    this.#foot();
  }

  title(text: string): void {
    this.#room(40);
    this.#page.drawText(this.#safe(text), { x: margin, y: this.#y - 18, size: 18, font: this.#bold, color: ink });
    this.#y -= 40;
  }

  heading(text: string): void {
    this.#room(44);
    this.#page.drawText(this.#safe(text), { x: margin, y: this.#y - 22, size: 12, font: this.#bold, color: ink });
    this.#y -= 34;
  }

  pair(label: string, value: string): void {
    this.#room(16);
    this.#page.drawText(this.#safe(label), { x: margin, y: this.#y - 10, size: 9, font: this.#font, color: faint });
    this.#page.drawText(this.#cut(value, 345, 9), {
      x: margin + 155,
      y: this.#y - 10,
      size: 9,
      font: this.#font,
      color: ink,
    });
    this.#y -= 16;
  }

  row(cells: readonly string[], widths: readonly number[], weight: 'plain' | 'bold'): void {
    this.#room(14);
    let x = margin;
    cells.forEach((cell, at) => {
      const width = widths[at] ?? 60;
      const font = weight === 'bold' ? this.#bold : this.#font;
      this.#page.drawText(this.#cut(cell, width - 4, 8), { x, y: this.#y - 9, size: 8, font, color: ink });
      x += width;
    });
    this.#y -= 14;
  }

  #room(height: number): void {
    if (this.#y - height > margin + 20) return;
    this.#page = this.#document.addPage(pageSize);
    this.#y = pageSize[1] - margin;
    this.#foot();
  }

  #foot(): void {
    this.#page.drawText(this.#safe(this.#footer), {
      x: margin,
      y: margin - 18,
      size: 7,
      font: this.#font,
      color: faint,
    });
  }

  /** The standard fonts know Latin letters only; ids, digests and plain words need no more. */
  #safe(text: string): string {
    return text.replace(/[•]/g, '*').replace(/[^\x20-\x7e\xa0-\xff]/g, '?');
  }

  #cut(text: string, width: number, size: number): string {
    let shown = this.#safe(text);
    while (shown.length > 1 && this.#font.widthOfTextAtSize(shown, size) > width) shown = `${shown.slice(0, -2)}~`;
    return shown;
  }
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
    const document = await PDFDocument.create();
    document.setTitle(`Batch report ${facts.batch}`);
    document.setProducer('Cardwright');
    const font = await document.embedFont(StandardFonts.Helvetica);
    const bold = await document.embedFont(StandardFonts.HelveticaBold);
    const footer = `Cardwright · station ${facts.station} · batch ${facts.batch}${facts.mode === 'training' ? ' · TRAINING' : ''}`;
    const sheet = new Sheet(document, font, bold, footer);
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
    return document.save();
  }
}
