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

/**
 * Names what an error answer says. The public documents print no closed list: the words in the text decide, and what
 * none of them explains is PRINTER-REFUSED with the text for the person.
 */
export function answerFault(text: string, asked: Asked): StationFault {
  const code = codeOf(text, asked);
  return new StationFault(code, {
    command: asked.command,
    answer: text,
    ...(asked.track === undefined ? {} : { track: asked.track }),
  });
}
