import type { FaultDescription } from './station-fault.ts';

/** Faults of the area station: the process itself, the ways to it, and the command line. */
export const stationFaults = {
  'STATION-RUNNING': {
    retry: 'retry-after-mending',
    text: 'Another station (process {pid}) already works on the data folder {folder}.',
    next: 'Use that one, or end it first. A second station needs a data folder of its own (--data).',
  },
  'STATION-CONFIGURATION': {
    retry: 'retry-after-mending',
    text: 'The configuration {file} cannot be used: {place}, {reason}.',
    next: 'Correct the file and start again. Nothing was changed.',
  },
  'STATION-OTHER-MODE': {
    retry: 'retry-after-mending',
    text: 'The data folder belongs to a station of another mode than {mode}.',
    next: 'Use the right data folder. A folder stays what it was made as.',
  },
  'STATION-LIVE-SEAL': {
    retry: 'never',
    text: 'This version opens a station only with the published test seal, and a live station must not stand behind that.',
    next: 'Use it for training. Live unsealing by two people comes with a later version.',
  },
  'STATION-PROGRAM': {
    retry: 'retry-after-mending',
    text: 'The {program} did not start: {reason}.',
    next: 'Start the station again. If it stays so, look at its log in the data folder.',
  },
  'STATION-STOPPING': {
    retry: 'retry-after-mending',
    text: 'The station is ending; the cards in the machines are finished first.',
    next: 'Do it again after the next start.',
  },
  'STATION-UNEXPECTED': {
    retry: 'ask-operator',
    text: 'Something unexpected happened in the station ({call}).',
    next: 'Look at the present state, then try again. If it stays so, look at the log in the data folder.',
  },
  'STATION-NOT-RUNNING': {
    retry: 'retry-after-mending',
    text: 'No station runs on the data folder {folder}.',
    next: 'Start it with npm start, or name another folder with --data.',
  },
  'STATION-START-FAILED': {
    retry: 'retry-after-mending',
    text: 'The station could not be started: {reason}.',
    next: 'Read the reason and mend it, then start again.',
  },
  'STATION-START-SLOW': {
    retry: 'retry-after-mending',
    text: 'The station did not get ready within {seconds} seconds.',
    next: 'Start it again. If it stays so, look at its log in the data folder.',
  },
  'STATION-LINK-LOST': {
    retry: 'ask-operator',
    text: 'The connection to the station ended; it is not known whether the last act took effect.',
    next: 'Look at the present state first, then go on.',
  },
  'STATION-LINK-DEADLINE': {
    retry: 'ask-operator',
    text: 'The station did not answer within {seconds} seconds; it is not known whether the act took effect.',
    next: 'Look at the present state first, then go on.',
  },
  'STATION-FRAME-LONG': {
    retry: 'never',
    text: 'A message of {bytes} bytes is longer than the {most} that this connection carries.',
    next: 'Ask for less at once.',
  },
  'STATION-FRAME-FORM': {
    retry: 'never',
    text: 'The other end of the connection does not speak as a station does.',
    next: 'Check that both are of the same version.',
  },
  'STATION-ADDRESS-TAKEN': {
    retry: 'retry-after-mending',
    text: 'The station cannot be reached under {address}: something else is there.',
    next: 'End the other program, or choose another data folder.',
  },
  'STATION-NO-PAGES': {
    retry: 'retry-after-mending',
    text: 'The pages of the window are not built ({folder}).',
    next: 'Start with npm start, which builds them.',
  },
  'CLI-WHO': {
    retry: 'retry-after-mending',
    text: 'It is not said who works here.',
    next: 'Name the person with --as or CARDWRIGHT_PERSON.',
  },
  'CLI-NO-PASSWORD': {
    retry: 'retry-after-mending',
    text: 'The password of {person} is needed and there is no terminal to ask at.',
    next: 'Set {variable}. A password is never given as an argument: others could read it.',
  },
  'CLI-APPROVER-NEEDED': {
    retry: 'retry-after-mending',
    text: 'A second person must sign: {act}.',
    next: 'Name that person with --approver.',
  },
  'CLI-NOT-CONFIRMED': {
    retry: 'retry-after-mending',
    text: 'The statement was not confirmed, so nothing was signed. The request {approval} stays open.',
    next: 'Sign it in a window, or do it again with a terminal or with --yes.',
  },
  'CLI-WHICH-BATCH': {
    retry: 'retry-after-mending',
    text: 'Several batches wait: {batches}.',
    next: 'Name the one that is wanted.',
  },
  'CLI-NOTHING-WAITS': {
    retry: 'retry-after-mending',
    text: 'No batch waits at the CMS.',
    next: 'Look again later, or ask the card management.',
  },
  'CLI-BATCH-STATE': {
    retry: 'retry-after-mending',
    text: 'The batch {batch} is {state}; this cannot be done with it now.',
    next: 'Look at it with: station batches.',
  },
  'CLI-NOT-BALANCED': {
    retry: 'retry-after-mending',
    text: 'The batch {batch} cannot be closed yet. {obstacles}',
    next: 'Clear these first.',
  },
  'CLI-NEEDS-PERSON': {
    retry: 'ask-operator',
    text: '{what}',
    next: 'Run the command at a terminal, or answer it in a window.',
  },
  'CLI-FILE-READ': {
    retry: 'retry-after-mending',
    text: 'The file {file} cannot be read ({reason}).',
    next: 'Name another file.',
  },
  'CLI-FILE': {
    retry: 'retry-after-mending',
    text: 'The file {file} cannot be written ({reason}).',
    next: 'Choose another place.',
  },
  'CLI-NO-PASS': {
    retry: 'retry-after-mending',
    text: 'The file {file} holds no pass certificate.',
    next: 'Name a file that "pass show --save" has written.',
  },
  'CLI-NO-KEY': {
    retry: 'retry-after-mending',
    text: 'The file {file} holds no public key of a station (P-256, PEM).',
    next: 'Name the key as the CMS enrolled it, or as "pass show --save-key" has written it.',
  },
  'CLI-NOT-TRAINING': {
    retry: 'never',
    text: 'The demonstration runs in training only; this station is {mode}.',
    next: 'Start it on a training data folder.',
  },
} as const satisfies Record<string, FaultDescription>;
