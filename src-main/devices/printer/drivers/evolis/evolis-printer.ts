import type { PrintSide } from '#shared/domain/print-side.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { evolisCommand } from '#shared/protocols/printers/evolis/command-line.ts';
import { evolis } from '#shared/protocols/printers/evolis/commands.ts';
import type { OpenLink } from '../../../links/byte-link.ts';
import type { CardPrinter, PrinterIdentity, PrinterStatus, PrintJob, PrintProgress, StripeTracks } from '../../port.ts';
import { evolisDeadlines, type EvolisDeadlines } from './evolis-deadlines.ts';
import { EvolisSession, type PrinterSettings } from './evolis-session.ts';
import type { EvolisTalk } from './evolis-talk.ts';
import type { PanelPacker } from './panel-packer.ts';
import { packSides, sendJob } from './send-sides.ts';
import { readCleaningDue, readPosition, readRibbonTag, readStatus } from './read-status.ts';

export interface EvolisPrinterOptions {
  readonly open: OpenLink;
  /** Where the link leads, for faults while there is none. */
  readonly place: string;
  readonly packer: PanelPacker;
  readonly deadlines?: EvolisDeadlines;
}

/**
 * A card printer that speaks the Evolis language (Programming Guide A5013 Rev E), over any byte link.
 *
 * Acts are done one after another, whoever asks. Each act that moves or changes a card begins and ends with a proof that it is this
 * printer which answers and that no answer was taken for another command's. A lost or doubtful link is replaced by the next act, which tells the printer its settings again.
 */
export class EvolisPrinter implements CardPrinter {
  readonly #session: EvolisSession;
  readonly #packer: PanelPacker;
  readonly #deadlines: EvolisDeadlines;
  #busy: Promise<unknown> = Promise.resolve();
  /** A printed card's last panels lie in the printer's memory until the card is ejected. */
  #lastPanels: 'in-memory' | 'none' = 'none';
  readonly #closing = new AbortController();

  constructor(options: EvolisPrinterOptions) {
    this.#deadlines = options.deadlines ?? evolisDeadlines;
    this.#session = new EvolisSession(options.open, options.place, this.#deadlines);
    this.#packer = options.packer;
  }

  connect(signal: AbortSignal): Promise<PrinterIdentity> {
    return this.#inTurn(signal, (bound) => this.#session.connect(bound));
  }

  status(signal: AbortSignal): Promise<PrinterStatus> {
    return this.#act(signal, async (talk) => {
      const status = await readStatus(talk);
      // Counters and places settle cards: they must be this printer's.
      await this.#session.prove(talk);
      return status;
    });
  }

  /** Also looks whether there is a ribbon, and whether the printer wants to be cleaned, before a card is spent on finding out. */
  prepare(settings: PrinterSettings, signal: AbortSignal): Promise<void> {
    return this.#act(signal, async (talk) => {
      await this.#session.set(talk, settings);
      const tag = await readRibbonTag(talk);
      if (tag.kind === 'no-tag') throw new StationFault('PRINTER-RIBBON-WRONG');
      if (tag.kind === 'remaining' && tag.count === 0) throw new StationFault('PRINTER-RIBBON-OUT');
      if (await readCleaningDue(talk)) throw new StationFault('PRINTER-CLEANING');
      await this.#session.prove(talk);
    });
  }

  feed(to: 'contact' | 'print', signal: AbortSignal): Promise<void> {
    return this.#act(signal, async (talk) => {
      // A feed command moves a card that is inside, and would make a stranger's card this order's.
      if ((await readPosition(talk)) !== 'none') throw new StationFault('PRINTER-CARD-INSIDE');
      await this.#session.prove(talk);
      await this.#toStation(talk, to);
      await this.#expectCard(talk, to);
      this.#lastPanels = 'none';
      await this.#session.prove(talk);
    });
  }

  move(to: 'contact' | 'print', signal: AbortSignal): Promise<void> {
    return this.#act(signal, async (talk) => {
      // Without a card inside the same command would take a new one from the feeder, which no order has claimed.
      const position = await readPosition(talk);
      if (position === 'none') throw new StationFault('PRINTER-NO-CARD');
      if (position === to) return;
      await this.#session.prove(talk);
      if (to === 'contact') await this.#toStation(talk, to);
      else await this.#offTheContacts(talk);
      await this.#expectCard(talk, to);
      await this.#session.prove(talk);
    });
  }

  writeStripe(tracks: StripeTracks, signal: AbortSignal): Promise<void> {
    return this.#act(signal, async (talk) => {
      const { track1, track2, track3 } = tracks;
      const wanted = ([track1, track2, track3] as const).flatMap((data, at) =>
        data === undefined ? [] : [{ track: (at + 1) as 1 | 2 | 3, data }],
      );
      if (wanted.length === 0) return;
      // A printer that was restarted writes with its own coercivity: look, and have the settings told again.
      await this.#session.memory(talk);
      await this.#session.prove(talk);
      for (const { track, data } of wanted) await talk.order(evolis.loadTrack(track, data), 'Dm');
      await talk.order(evolis.writeTracks(), 'Smw', this.#deadlines.stripe);
      await this.#session.prove(talk);
    });
  }

  readStripe(tracks: readonly (1 | 2 | 3)[], signal: AbortSignal): Promise<StripeTracks> {
    return this.#act(signal, async (talk) => {
      const read: { track1?: string; track2?: string; track3?: string } = {};
      for (const track of tracks) read[`track${track}`] = await talk.track(evolis.readTrack(track), track);
      await this.#session.prove(talk);
      return read;
    });
  }

  pack(sides: readonly PrintSide[], signal: AbortSignal): Promise<PrintJob> {
    return packSides(this.#packer, sides, signal);
  }

  print(job: PrintJob, progress: PrintProgress, signal: AbortSignal): Promise<void> {
    return this.#act(signal, async (talk) => {
      await this.#session.memory(talk);
      // A cable that was put into another machine is noticed before a card's data goes there.
      await this.#session.prove(talk);
      this.#session.trustMemory();
      this.#lastPanels = 'in-memory';
      await sendJob(talk, job, progress);
      await this.#session.prove(talk);
    });
  }

  eject(signal: AbortSignal): Promise<void> {
    return this.#act(signal, async (talk) => {
      if (this.#lastPanels === 'in-memory' && (await this.#session.memory(talk)) === 'lost') {
        throw new StationFault('PRINTER-LINK-LOST', {
          place: talk.channel.place,
          reason: 'the printer was restarted before the card was finished',
        });
      }
      await this.#session.prove(talk);
      await talk.order(evolisCommand('Se', 1), 'Se', this.#deadlines.eject);
      await this.#expectGone(talk);
    });
  }

  reject(signal: AbortSignal): Promise<void> {
    return this.#act(signal, async (talk) => {
      await this.#session.prove(talk);
      await talk.order(evolis.reject(), 'Ser', this.#deadlines.eject);
      await this.#expectGone(talk);
    });
  }

  async close(): Promise<void> {
    this.#closing.abort(new StationFault('PRINTER-LINK-LOST', { reason: 'closed by the station' }));
    await this.#busy;
    await this.#session.close();
  }

  #toStation(talk: EvolisTalk, to: 'contact' | 'print'): Promise<void> {
    return to === 'contact'
      ? talk.order(evolis.moveToContactStation(), 'Sis', this.#deadlines.movement)
      : talk.order(evolis.feedToPrint(), 'Si', this.#deadlines.movement);
  }

  /**
   * Brings a card from the contact station to the print position.
   * QUIRK: the guide knows `Si` for feeding only; where it refuses a card that is inside, the way to the contactless station opens
   * the contacts as well, and printing fetches the card from there.
   */
  async #offTheContacts(talk: EvolisTalk): Promise<void> {
    try {
      await this.#toStation(talk, 'print');
    } catch (fault) {
      if (!(fault instanceof StationFault) || fault.code !== 'PRINTER-CARD-INSIDE') throw fault;
      await talk.order(evolis.moveToContactlessStation(), 'Sic', this.#deadlines.movement);
    }
  }

  async #expectCard(talk: EvolisTalk, at: 'contact' | 'print'): Promise<void> {
    const found = await readPosition(talk);
    if (found === 'none') throw new StationFault('PRINTER-NO-CARD');
    if (found !== at && found !== 'unknown') throw new StationFault('PRINTER-JAM', { expected: at, found });
  }

  async #expectGone(talk: EvolisTalk): Promise<void> {
    this.#lastPanels = 'none';
    const found = await readPosition(talk);
    if (found === 'print' || found === 'contact') throw new StationFault('PRINTER-JAM', { expected: 'none', found });
    await this.#session.prove(talk);
  }

  #act<Result>(signal: AbortSignal, act: (talk: EvolisTalk) => Promise<Result>): Promise<Result> {
    return this.#inTurn(signal, async (bound) => {
      const talk = await this.#session.talk(bound);
      try {
        return await act(talk);
      } catch (fault) {
        // What another printer complains of says nothing about this one's card.
        if (fault instanceof StationFault && talk.channel.state === 'clean') await this.#session.prove(talk);
        throw fault;
      }
    });
  }

  #inTurn<Result>(signal: AbortSignal, act: (bound: AbortSignal) => Promise<Result>): Promise<Result> {
    const bound = AbortSignal.any([signal, this.#closing.signal]);
    const result = this.#busy.then(() => {
      bound.throwIfAborted();
      return act(bound);
    });
    this.#busy = result.catch(() => undefined);
    return result;
  }
}
