import { answers, PrinterRefusal } from './answers.ts';
import { panelPixels, panels, parsePanel } from './panel-geometry.ts';
import type { PrintMachine } from './print-machine.ts';
import { parseTrack } from './stripe-track.ts';

/** What the printer says of itself. */
export interface Identity {
  readonly serial: string;
  readonly model: string;
  readonly firmware: string;
}

export interface CommandScene {
  readonly machine: PrintMachine;
  readonly identity: Identity;
  /** The answer before this command. */
  readonly lastAnswer: string;
}

type Handler = (scene: CommandScene, parameters: readonly string[], text: string) => Promise<string> | string;

const { ok } = answers;

function refuse(): never {
  throw new PrinterRefusal(answers.badParameters);
}

/** Takes a setting without effect on this machine. */
function accepts(pattern: RegExp): Handler {
  return (_scene, parameters) => (pattern.test(parameters.join(';')) ? ok : refuse());
}

function voltage(present: unknown): string {
  return present ? '5,00 Volts' : '0,00 Volts';
}

/** Cards in the feeder from which on it no longer counts as near empty (ours). */
const nearEmpty = 10;
const cleaningInterval = 1000;

const ribbonCodes = /^(ymcko|ymckos|ymckok|k|kb|kw|kr|kbl|kgr|kgo|ksi|ksc|ko|h|ho|ktc|ktp|ka)$/;

/**
 * The text commands, by name (facts A.4 to A.9). Answers whose form no source gives are ours: `Rem` as `current;saved`,
 * `Rzp` and `Rrt;zone` as `0`.
 */
export const commandTable: Readonly<Record<string, Handler>> = {
  // Queries.
  Rtp: ({ identity }) => identity.model,
  Rsn: ({ identity }) => identity.serial,
  Rfv: ({ identity }) => identity.firmware,
  Rok: () => ok,
  Rzp: () => '0',
  Rem: ({ machine }) => `${machine.volatile.errorMode};${machine.state.savedErrorMode}`,
  Rr: ({ machine }) => machine.volatile.ribbonCode ?? machine.state.ribbon?.code ?? answers.ribbonTag,
  Rmc: ({ machine }) => machine.volatile.coercivity,
  Rmt: (_scene, [track]) => (parseTrack(track) === undefined ? refuse() : (track ?? '')),
  Rmd: (_scene, [track]) => (parseTrack(track) === undefined ? refuse() : track === '2' ? '75' : '210'),
  Rco: ({ machine }, [what]) => {
    const { counters, ribbon } = machine.state;
    switch (what) {
      case 'p':
        return String(counters.panels);
      case 'c':
        return String(counters.fed);
      case 'a':
      case 'm':
        return String(cleaningInterval);
      case 'n':
        return String(counters.cleanings);
      case 'l':
      case 'I':
        return String(ribbon?.remaining ?? 0);
      default:
        return refuse();
    }
  },
  Rrt: ({ machine }, [what]) => {
    const { ribbon } = machine.state;
    if (what !== 'zone' && what !== 'qty' && what !== 'count') refuse();
    if (ribbon === null || machine.parts.faults.stands('wrong-ribbon')) return answers.ribbonTag;
    if (what === 'zone') return '0';
    if (what === 'qty') return String(ribbon.capacity);
    return machine.parts.faults.stands('ribbon-out') ? '0' : String(ribbon.remaining);
  },
  Rlr: ({ machine, lastAnswer }, [what]) => {
    const { state, parts } = machine;
    switch (what) {
      case undefined:
        return lastAnswer;
      case 'p':
        if (state.inside === null) return ok;
        if (state.inside.position === 'contact') return 'SMART CARD';
        return state.inside.position === 'contactless' ? 'CONTACTLESS CARD' : 'CARD';
      case 'h': {
        const full = parts.hopperSize > 0 && state.hopper >= parts.hopperSize;
        return full || parts.faults.stands('hopper-full') ? 'CARD' : 'NO CARD';
      }
      case 'r':
        return parts.faults.stands('cleaning-due') ? answers.needCleaning : ok;
      default:
        return refuse();
    }
  },
  Rse: ({ machine }, [sensor]) => {
    const { state, parts } = machine;
    switch (sensor) {
      case 'f':
        return voltage(state.feeder > 0 && !parts.faults.stands('feeder-empty'));
      case 'o':
        return voltage(!parts.faults.stands('cover-open'));
      case 'b':
        return state.inside?.position === 'eject' ? '4,90 Volts' : '0,20 Volts';
      case 'n':
        return voltage(state.feeder > nearEmpty);
      case 'p':
        return voltage(state.inside !== null);
      default:
        return refuse();
    }
  },

  // Settings.
  Pem: ({ machine }, [mode = '', save]) => {
    if (!/^(0|1|2|3|5|16|18)$/.test(mode) || (save !== undefined && save !== 's')) refuse();
    machine.volatile.errorMode = Number(mode);
    if (save === 's') {
      machine.state.savedErrorMode = Number(mode);
      machine.save();
    }
    return ok;
  },
  Pr: ({ machine }, parameters) => {
    const [code = ''] = parameters;
    if (parameters.length !== 1 || !ribbonCodes.test(code)) refuse();
    machine.volatile.ribbonCode = code;
    return ok;
  },
  Pmi: ({ machine }, [mode = '', save]) => {
    if (!/^[FMB]$/.test(mode) || (save !== undefined && save !== 's')) refuse();
    machine.volatile.insertion = mode;
    if (save === 's') {
      machine.state.savedInsertion = mode;
      machine.save();
    }
    return ok;
  },
  Pcim: ({ machine }, parameters) => {
    const [mode = ''] = parameters;
    if (parameters.length !== 1 || !/^[FMIB]$/.test(mode)) refuse();
    machine.volatile.insertion = mode;
    return ok;
  },
  Pcem: accepts(/^[A-Z]$/),
  Pneab: accepts(/^(E|D|A;[01])$/),
  Pbc: accepts(/^(A;[DNR]|D;\d+)$/),
  Pc: accepts(/^[ymcko];[-+=];\d{1,2}$/),
  Pl: accepts(/^[ymcko];[-+=];\d{1,2}$/),
  Ps: accepts(/^[-+=;\w]+$/),
  Px: accepts(/^[-+=;\d]+$/),
  Py: accepts(/^[-+=;\d]+$/),
  Pos: accepts(/^[-+=];\d+$/),
  Poc: accepts(/^[-+=];\d+$/),
  Psm: accepts(/^[01](;[ul])?$/),
  Pwr: accepts(/^(0|90|180|270)$/),
  Pps: accepts(/^[01]$/),
  Pdt: accepts(/^[A-Z]+$/),
  Ppws: accepts(/^\d+$/),
  Psmgr: accepts(/^\d+$/),
  Pcrm: accepts(/^[A-Z]$/),
  Pfs: accepts(/^[-+=;\w]*$/),
  Mr: accepts(/^s$/),
  Scs: accepts(/^$/),
  Pmc: ({ machine }, [mode = '']) => {
    if (!/^[hlap]$/.test(mode)) refuse();
    machine.volatile.coercivity = mode;
    return ok;
  },
  Pmt: (_scene, [track, format]) => (parseTrack(track) === undefined || format !== track ? refuse() : ok),
  Pmd: (_scene, parameters) => (/^(([13];)?210|(2;)?75)$/.test(parameters.join(';')) ? ok : refuse()),

  // The card's way.
  Ss: ({ machine }) => {
    machine.volatile.bracket = 'open';
    return ok;
  },
  Si: async ({ machine }) => {
    await machine.feed('print');
    return ok;
  },
  Sis: async ({ machine }) => {
    await machine.feed('contact');
    return ok;
  },
  Sic: async ({ machine }) => {
    await machine.feed('contactless');
    return ok;
  },
  Sr: async ({ machine }) => {
    await machine.choose('front');
    return ok;
  },
  Sv: async ({ machine }) => {
    await machine.choose('back');
    return ok;
  },
  Se: async ({ machine }, parameters) => {
    if (!/^\d?$/.test(parameters.join(';'))) refuse();
    await machine.finish();
    return ok;
  },
  Ser: async ({ machine }) => {
    await machine.reject();
    return ok;
  },
  Seb: async ({ machine }) => {
    await machine.reject();
    return ok;
  },
  Scp: ({ machine }) => {
    machine.state.counters.cleanings += 1;
    machine.parts.faults.clear('cleaning-due');
    machine.save();
    return ok;
  },
  Srs: async ({ machine }) => {
    machine.reset();
    await machine.parts.sleep(machine.parts.durations.reset);
    return ok;
  },

  // The stripe.
  Dm: ({ machine }, [digit], text) => {
    const track = parseTrack(digit);
    if (track === undefined || text[4] !== ';') refuse();
    machine.load(track, text.slice('Dm;1;'.length));
    return ok;
  },
  Smw: async ({ machine }) => {
    await machine.writeStripe();
    return ok;
  },
  Smr: async ({ machine }, [digit]) => machine.readStripe(parseTrack(digit) ?? refuse()),

  // Panel memory.
  Wcb: async ({ machine }, [which = '', value = '0']) => {
    const byte = Number(value);
    if (!/^\d{1,3}$/.test(value) || byte > 255) refuse();
    const one = parsePanel(which);
    const filled = which === 'a' ? panels : one === undefined ? refuse() : [one];
    for (const panel of filled) {
      const { pending, side } = machine.volatile;
      if (byte !== 0) await machine.download({ side, panel, pixels: pattern(byte) });
      else if (pending?.panel === panel) machine.volatile.pending = null;
    }
    return ok;
  },
};

/** A panel filled with one byte: each bit one dot of full strength (ours for the colours: the guide names no depth). */
function pattern(byte: number): Uint8Array {
  const pixels = new Uint8Array(panelPixels);
  for (let at = 0; at < panelPixels; at++) if (byte & (0x80 >> (at % 8))) pixels[at] = 255;
  return pixels;
}
