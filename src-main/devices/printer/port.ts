import type { PrintSide } from '#shared/domain/print-side.ts';

/** Where the printer says that a card stands. */
export type CardPosition = 'none' | 'print' | 'contact' | 'unknown';

/** What the printer tells of itself, asked afresh each time; null where it cannot tell. */
export interface PrinterStatus {
  readonly card: CardPosition;
  readonly feeder: 'has-cards' | 'empty' | 'unknown';
  readonly cover: 'closed' | 'open' | 'unknown';
  readonly ribbon: { readonly kind: string; readonly remaining: number | null };
  readonly hopper: 'free' | 'full' | 'unknown';
  /** Counters over the printer's life: cards fed, panels printed. */
  readonly counters: { readonly cards: number; readonly panels: number };
}

export interface PrinterIdentity {
  readonly serial: string;
  readonly model: string;
  readonly firmware: string;
}

/** Track data without sentinels and LRC, by track number. */
export interface StripeTracks {
  readonly track1?: string;
  readonly track2?: string;
  readonly track3?: string;
}

/** A print job in the printer's own language: the very bytes that go to it, in their order. It shows personal data. */
export interface PrintJob {
  readonly commands: readonly Uint8Array[];
}

/** How far a download and print has come: measured bytes, never invented. */
export type PrintProgress = (sent: number, total: number) => void;

/**
 * One card printer with its transport, stripe encoder and contact station, whatever its make.
 *
 * Every call takes a signal and has a deadline of its own; it rejects with a StationFault of the area PRINTER: PRINTER-LINK-LOST,
 * PRINTER-SILENT, PRINTER-GARBAGE, PRINTER-FEEDER-EMPTY, PRINTER-RIBBON-OUT, PRINTER-RIBBON-WRONG, PRINTER-COVER-OPEN, PRINTER-JAM,
 * PRINTER-NO-CARD, PRINTER-CARD-INSIDE, PRINTER-HOPPER-FULL, PRINTER-REJECT-FULL, PRINTER-STRIPE-WRITE, PRINTER-STRIPE-READ,
 * PRINTER-STRIPE-BLANK, PRINTER-REFUSED. A fault never leaves a half-read answer behind: the next call starts clean.
 */
export interface CardPrinter {
  /** Opens the link and asks who is there; the caller compares with the enrolment. */
  connect(signal: AbortSignal): Promise<PrinterIdentity>;
  status(signal: AbortSignal): Promise<PrinterStatus>;
  /** Sets ribbon and coercivity for the product before its first card. */
  prepare(
    settings: { readonly ribbon: 'ymcko' | 'k'; readonly coercivity: 'high' | 'low' | null },
    signal: AbortSignal,
  ): Promise<void>;
  /** Takes a blank from the feeder: to the contact station, or to the print position. */
  feed(to: 'contact' | 'print', signal: AbortSignal): Promise<void>;
  /** Moves the card inside. */
  move(to: 'contact' | 'print', signal: AbortSignal): Promise<void>;
  writeStripe(tracks: StripeTracks, signal: AbortSignal): Promise<void>;
  readStripe(tracks: readonly (1 | 2 | 3)[], signal: AbortSignal): Promise<StripeTracks>;
  /** Writes the sides in the printer's language, front first, without speaking to it. PRINTER-PANEL. */
  pack(sides: readonly PrintSide[], signal: AbortSignal): Promise<PrintJob>;
  /** Downloads the panels as they were packed; each download starts the print of the panel before. The card stays inside, its last panel printed by `eject`. */
  print(job: PrintJob, progress: PrintProgress, signal: AbortSignal): Promise<void>;
  /** Prints what is still to print and moves the card to the output hopper. */
  eject(signal: AbortSignal): Promise<void>;
  /** Moves the card to the reject box. */
  reject(signal: AbortSignal): Promise<void>;
  close(): Promise<void>;
}
