import { isFault, StationFault } from '#shared/faults/station-fault.ts';
import { evolis } from '#shared/protocols/printers/evolis/commands.ts';
import { LinkFault, type OpenLink } from '../../../links/byte-link.ts';
import { pause } from '../../../../platform/pause.ts';
import type { PrinterIdentity } from '../../port.ts';
import { EvolisChannel } from './evolis-channel.ts';
import type { EvolisDeadlines } from './evolis-deadlines.ts';
import { EvolisTalk } from './evolis-talk.ts';

/** Ribbon, coercivity: what the printer forgets without power and is told again. */
export interface PrinterSettings {
  readonly ribbon: 'ymcko' | 'k';
  readonly coercivity: 'high' | 'low' | null;
}

/** Error mode of an automated line: the host handles errors and every command is answered (Rev E, Pem). */
const hostMode = 2;

/** A printer that has just lost a client may send the next one away at once. */
const attemptPauses = [50, 150, 400] as const;
/** Greetings on a line on which old answers may still arrive, or where the printer waits for the rest of a panel. */
const lineGreetings = 3;
/** Silence in which an old answer under way on a line would have come. */
const lineSettles = 100;

/** Keeps the link to one printer: opens it, finds out who is there, puts its settings back, replaces it when in doubt. */
export class EvolisSession {
  readonly #open: OpenLink;
  readonly #place: string;
  readonly #deadlines: EvolisDeadlines;
  #channel: EvolisChannel | null = null;
  #identity: PrinterIdentity | null = null;
  #settings: PrinterSettings | null = null;
  #memory: 'kept' | 'lost' = 'kept';

  constructor(open: OpenLink, place: string, deadlines: EvolisDeadlines) {
    this.#open = open;
    this.#place = place;
    this.#deadlines = deadlines;
  }

  /** Opens a new link whatever there was, and asks who is there. */
  async connect(signal: AbortSignal): Promise<PrinterIdentity> {
    this.#identity = null;
    await this.#drop();
    await this.#reopen(signal);
    if (this.#identity === null) throw this.#lost('nobody answered');
    return this.#identity;
  }

  /** A conversation on a link whose answers are in order; a lost or doubtful link is replaced first. PRINTER-OTHER-DEVICE when another printer answers there. */
  async talk(signal: AbortSignal): Promise<EvolisTalk> {
    const channel = this.#channel?.state === 'clean' ? this.#channel : await this.#reopen(signal);
    return new EvolisTalk(channel, this.#deadlines, signal);
  }

  /**
   * Proves that every answer was taken for its own command: the serial number must come back, which no other command answers.
   * PRINTER-GARBAGE when something else does.
   */
  async prove({ channel, signal }: EvolisTalk): Promise<void> {
    const asking = { command: 'Rsn', deadline: this.#deadlines.query, signal };
    const { answer } = await channel.ask(evolis.readSerialNumber(), asking);
    if (answer.kind !== 'value' || answer.text !== this.#identity?.serial) {
      throw channel.disbelieve(asking, 'an answer belongs to an earlier command');
    }
  }

  /** Tells the printer its settings and keeps them for when it forgets. */
  async set(talk: EvolisTalk, settings: PrinterSettings): Promise<void> {
    this.#settings = settings;
    await this.#tellSettings(talk);
  }

  /** Whether the printer's memory (loaded panels, tracks, settings) has been kept since `trustMemory`; settings that went are told again. */
  async memory(talk: EvolisTalk): Promise<'kept' | 'lost'> {
    await this.#lookAtMemory(talk, 'lost when it differs');
    return this.#memory;
  }

  /** What the printer holds from now on is this card's. */
  trustMemory(): void {
    this.#memory = 'kept';
  }

  async close(): Promise<void> {
    await this.#drop();
  }

  async #drop(): Promise<void> {
    const channel = this.#channel;
    this.#channel = null;
    await channel?.close();
  }

  async #reopen(signal: AbortSignal): Promise<EvolisChannel> {
    await this.#drop();
    for (const milliseconds of [...attemptPauses, null]) {
      try {
        return await this.#openOnce(signal);
      } catch (fault) {
        await this.#drop();
        if (!isFault(fault, 'PRINTER-LINK-LOST') || milliseconds === null) throw fault;
        await pause(milliseconds, signal);
      }
    }
    throw this.#lost('it does not open');
  }

  async #openOnce(signal: AbortSignal): Promise<EvolisChannel> {
    const channel = new EvolisChannel(await this.#openLink(signal));
    this.#channel = channel;
    const talk = new EvolisTalk(channel, this.#deadlines, signal);
    const found = await this.#greet(talk);
    const known = this.#identity;
    if (known !== null && known.serial !== found.serial) {
      throw new StationFault('PRINTER-OTHER-DEVICE', { expected: known.serial, found: found.serial });
    }
    this.#identity = found;
    await this.#lookAtMemory(talk, 'lost unless it is proven kept');
    return channel;
  }

  async #openLink(signal: AbortSignal): ReturnType<OpenLink> {
    try {
      return await this.#open({ deadline: this.#deadlines.open, signal });
    } catch (fault) {
      if (fault instanceof LinkFault) throw this.#lost(fault.reason, fault);
      throw fault;
    }
  }

  async #greet(talk: EvolisTalk): Promise<PrinterIdentity> {
    const { channel, signal } = talk;
    if (channel.nature === 'connection') return this.#introduction(talk);
    for (let left = lineGreetings; ; left--) {
      await pause(lineSettles, signal);
      channel.forgetReceived();
      try {
        return await this.#introduction(talk);
      } catch (fault) {
        // Who has not introduced itself is not believed, an error answer neither: it may be an old track with ERR in its name.
        const again = fault instanceof StationFault && fault.code !== 'PRINTER-LINK-LOST';
        if (!again || left <= 1) throw fault;
        await pause(this.#deadlines.quiet, signal);
      }
    }
  }

  /** Asked twice, the serial number must be the same: an old answer in the line would shift one of the two. */
  async #introduction(talk: EvolisTalk): Promise<PrinterIdentity> {
    const serial = await talk.name(evolis.readSerialNumber(), 'Rsn');
    const model = await talk.name(evolis.readModel(), 'Rtp');
    const firmware = await talk.name(evolis.readFirmware(), 'Rfv');
    const again = await talk.name(evolis.readSerialNumber(), 'Rsn');
    if (again !== serial) throw talk.channel.disbelieve({ command: 'Rsn' }, 'two answers to one question differ');
    return { serial, model, firmware };
  }

  /**
   * The error mode falls back at power-on: in the mode that this driver sets, the printer has kept its memory. Where that mode is
   * also the saved one, or cannot be read, only an unbroken link speaks for the memory.
   */
  async #lookAtMemory(
    talk: EvolisTalk,
    else_: 'lost unless it is proven kept' | 'lost when it differs',
  ): Promise<void> {
    const answer = await talk.question(evolis.readErrorMode(), 'Rem');
    const modes = answer.kind === 'value' ? /^(\d+)\D+(\d+)$/.exec(answer.text) : null;
    const current = modes === null ? null : Number(modes[1]);
    const tellsRestart = current !== null && Number(modes?.[2]) !== hostMode;
    if (current === hostMode && tellsRestart) return;
    if (current === null || current === hostMode) {
      if (else_ === 'lost when it differs') return;
    }
    this.#memory = 'lost';
    await talk.order(evolis.setErrorMode(hostMode), 'Pem');
    await this.#tellSettings(talk);
  }

  async #tellSettings(talk: EvolisTalk): Promise<void> {
    const settings = this.#settings;
    if (settings === null) return;
    await talk.order(evolis.setErrorMode(hostMode), 'Pem');
    await talk.order(evolis.setRibbon(settings.ribbon), 'Pr');
    if (settings.coercivity === null) return;
    await talk.order(evolis.setCoercivity(settings.coercivity === 'high' ? 'h' : 'l'), 'Pmc');
    for (const track of [1, 2, 3] as const) await talk.order(evolis.setTrackFormat(track, track), 'Pmt');
  }

  #lost(reason: string, cause?: unknown): StationFault {
    return new StationFault('PRINTER-LINK-LOST', { place: this.#place, reason }, cause);
  }
}
