import { evolisCommand } from './command-line.ts';
import type { TrackNumber } from '../../magstripe/track-format.ts';

/** Panels of a ribbon: yellow, magenta, cyan, black resin, overlay varnish. Rev E, Db. */
export type EvolisPanel = 'y' | 'm' | 'c' | 'k' | 'o';

/** Ribbon names of `Pr` that this station uses. Rev E, Pr. */
export type EvolisRibbon = 'ymcko' | 'ymckos' | 'ymckok' | 'k' | 'kb' | 'ko' | 'ka';

/**
 * The commands that a production line sends, by what they do; each is ESC ... CR. Sources are the commands of the
 * Evolis Programming Guide A5013 Rev E; those marked (kiosk) were seen in a public kiosk driver for later models.
 */
export const evolis = {
  /** Rtp, Rsn, Rfv: model, serial number, firmware. */
  readModel: () => evolisCommand('Rtp'),
  readSerialNumber: () => evolisCommand('Rsn'),
  readFirmware: () => evolisCommand('Rfv'),
  /** Rco: `p` panels printed, `c` cards inserted, `l` cards left on the ribbon (inexact, says the guide). */
  readCounter: (counter: 'p' | 'c' | 'a' | 'm' | 'n' | 'l') => evolisCommand('Rco', counter),
  /** Rr: ribbon set in memory; Rrt: ribbon tag (kiosk). */
  readRibbon: () => evolisCommand('Rr'),
  readRibbonTag: (field: 'zone' | 'qty' | 'count') => evolisCommand('Rrt', field),
  /** Rlr: the last answer again, `p` where the card is, `r` cleaning, `h` output hopper. */
  readLastAnswer: () => evolisCommand('Rlr'),
  readPlace: (place: 'p' | 'r' | 'h') => evolisCommand('Rlr', place),
  /** Rse: sensor voltage; `f` feeder, `o` cover, `n` near empty (kiosk letters). */
  readSensor: (sensor: 'f' | 'o' | 'b' | 'n' | 'p' | 'm' | 'c' | 'r') => evolisCommand('Rse', sensor),
  /** Rem: error mode, current and saved. */
  readErrorMode: () => evolisCommand('Rem'),
  /** Rok: asked again and again after a reset (kiosk). */
  readReady: () => evolisCommand('Rok'),

  /** Pem: who handles errors; 2 is the host. Back to 0 at power on. */
  setErrorMode: (mode: 0 | 1 | 2 | 3 | 4 | 5 | 16 | 18) => evolisCommand('Pem', mode),
  setRibbon: (ribbon: EvolisRibbon) => evolisCommand('Pr', ribbon),
  /** Pmi: where cards come from: feeder, manual, both. */
  setInsertion: (mode: 'F' | 'M' | 'B') => evolisCommand('Pmi', mode),
  /** Pneab;E: do not eject by itself after print (kiosk). */
  holdAfterPrint: () => evolisCommand('Pneab', 'E'),
  /** Pc: contrast of a panel, default 10. */
  setContrast: (panel: EvolisPanel, value: number) => evolisCommand('Pc', panel, '=', value),
  /** Pmc: coercivity of the stripe; Pmt: format of a track, 1 to 3 are the ISO tracks. */
  setCoercivity: (coercivity: 'h' | 'l') => evolisCommand('Pmc', coercivity),
  setTrackFormat: (track: TrackNumber, format: TrackNumber) => evolisCommand('Pmt', track, format),

  /** Si: feed to print; Sis: feed or move to the contact station; Sic: to the contactless station. */
  feedToPrint: () => evolisCommand('Si'),
  moveToContactStation: () => evolisCommand('Sis'),
  moveToContactlessStation: () => evolisCommand('Sic'),
  /** Ser: to the reject box. Irreversible: the card leaves. */
  reject: () => evolisCommand('Ser'),
  /** Srs: software reset; Scs: clear the error line. */
  reset: () => evolisCommand('Srs'),
  clearError: () => evolisCommand('Scs'),

  /** Dm: load a track without sentinels, the printer adds them and the LRC by its format (sentinels: inferred, see facts). */
  loadTrack: (track: TrackNumber, content: string) => evolisCommand('Dm', track, content),
  /** Smw: write the loaded tracks. Irreversible on the stripe. Smr: read one track. */
  writeTracks: () => evolisCommand('Smw'),
  readTrack: (track: TrackNumber) => evolisCommand('Smr', track),

  /** Ss, Sr, Sv, Se: a print job begins; front; back (after a front it turns the card); print the last panel and eject. */
  beginSequence: () => evolisCommand('Ss'),
  selectFront: () => evolisCommand('Sr'),
  selectBack: () => evolisCommand('Sv'),
  endSequence: () => evolisCommand('Se'),
  /** Wcb: fill a panel's memory with one value; `o;255` is full varnish. */
  fillPanel: (panel: EvolisPanel, value: number) => evolisCommand('Wcb', panel, value),
} as const;
