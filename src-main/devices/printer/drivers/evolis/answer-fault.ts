import { StationFault } from '#shared/faults/station-fault.ts';
import { errorCause } from '#shared/protocols/printers/evolis/answer.ts';

/** Which command was answered, by its letters; the track where it read one. */
export interface Asked {
  readonly command: string;
  readonly track?: 1 | 2 | 3;
}

function ribbonFault(text: string): string {
  return /END|OUT/.test(text) ? 'PRINTER-RIBBON-OUT' : 'PRINTER-RIBBON-WRONG';
}

function stripeFault(text: string, asked: Asked): string {
  if (/BLANK/.test(text)) return 'PRINTER-STRIPE-BLANK';
  return asked.command === 'Smr' ? 'PRINTER-STRIPE-READ' : 'PRINTER-STRIPE-WRITE';
}

function codeOf(text: string, asked: Asked): string {
  switch (errorCause(text)) {
    case 'cover':
      return 'PRINTER-COVER-OPEN';
    case 'feeder':
      return 'PRINTER-FEEDER-EMPTY';
    case 'ribbon':
      return ribbonFault(text);
    case 'stripe':
      return stripeFault(text, asked);
    case 'mechanics':
      return 'PRINTER-JAM';
    case 'hopper':
      return /REJECT/.test(text) ? 'PRINTER-REJECT-FULL' : 'PRINTER-HOPPER-FULL';
    case 'cleaning':
      return 'PRINTER-CLEANING';
    case 'card':
      return /INSIDE/.test(text) ? 'PRINTER-CARD-INSIDE' : 'PRINTER-NO-CARD';
    case 'command':
    case 'other':
      return 'PRINTER-REFUSED';
  }
}

/** The longest text of an answer that is shown and kept. */
const longestShown = 60;
/** Commands whose parameters or answers are a card's data. */
const carryData: ReadonlySet<string> = new Set(['Dm', 'Smw', 'Smr']);
const stripeWords =
  /^(?:ERR|ERROR|CDE|PARAM(?:ETER)?S?|MAG(?:NETIC)?|BLANK|READ|WRITE|CHECKSUM|TRACK|STRIPE|DATA|NO|CARD|[123])$/;
const plainWord = /^(?!.*\d{4})[A-Za-z0-9()-]{1,16}$/;

/**
 * What of an answer may be shown and kept: plain words, for commands about a track only those of the language. A printer that hands back
 * what it was sent, or a track with ERR in its name taken for another command's answer, brings no card number and no name into the journal.
 */
function shownWords(text: string, command: string): string {
  const words = text.trim().split(/\s+/);
  const allowed = carryData.has(command) ? stripeWords : plainWord;
  return words.every((word) => allowed.test(word)) ? words.join(' ').slice(0, longestShown) : '…';
}

/**
 * Names what an error answer says. The public documents print no closed list: the words in the text decide, and what
 * none of them explains is PRINTER-REFUSED with the text for the person.
 */
export function answerFault(text: string, asked: Asked): StationFault {
  const code = codeOf(text, asked);
  return new StationFault(code, {
    command: asked.command,
    answer: shownWords(text, asked.command),
    ...(asked.track === undefined ? {} : { track: asked.track }),
  });
}
