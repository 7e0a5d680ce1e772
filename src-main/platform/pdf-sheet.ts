import { PDFDocument, StandardFonts, rgb, type PDFFont, type PDFPage } from 'pdf-lib';

const pageSize: [number, number] = [595, 842];
const margin = 48;
const ink = rgb(0.1, 0.12, 0.16);
const faint = rgb(0.42, 0.45, 0.5);

/** A record as PDF, A4: writes line by line and begins a new page when the one before is full. */
export class PdfSheet {
  readonly #document: PDFDocument;
  readonly #font: PDFFont;
  readonly #bold: PDFFont;
  readonly #footer: string;
  #page: PDFPage;
  #y: number;

  private constructor(document: PDFDocument, font: PDFFont, bold: PDFFont, footer: string) {
    this.#document = document;
    this.#font = font;
    this.#bold = bold;
    this.#footer = footer;
    this.#page = document.addPage(pageSize);
    this.#y = pageSize[1] - margin;
    this.#foot();
  }

  static async open(title: string, footer: string): Promise<PdfSheet> {
    const document = await PDFDocument.create();
    document.setTitle(title);
    document.setProducer('Cardwright');
    const font = await document.embedFont(StandardFonts.Helvetica);
    const bold = await document.embedFont(StandardFonts.HelveticaBold);
    return new PdfSheet(document, font, bold, footer);
  }

  save(): Promise<Uint8Array> {
    return this.#document.save();
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
