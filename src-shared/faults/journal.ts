import type { FaultDescription } from './station-fault.ts';

/** Faults of the area journal. */
export const journalFaults = {
  'JOURNAL-MISSING': {
    retry: 'retry-after-mending',
    text: 'The journal file is not where it should be.',
    next: 'Find out where the file went before anything else. Do not start with an empty journal.',
  },
  'JOURNAL-FOREIGN': {
    retry: 'never',
    text: 'The journal file was not made by this station: {why}.',
    next: 'The file was left as it is. Put back the journal of this station, or choose another data folder.',
  },
  'JOURNAL-NEWER-VERSION': {
    retry: 'retry-after-mending',
    text: 'The journal was written by a newer version of this program (journal version {found}, this program knows {known}).',
    next: 'The file was left as it is. Start the newer version.',
  },
  'JOURNAL-NEWER-ENTRIES': {
    retry: 'retry-after-mending',
    text: 'The journal holds events of a kind that this program does not know ({kind}): a newer version wrote them.',
    next: 'Nothing was changed. Start the newer version.',
  },
  'JOURNAL-NEWER-RULES': {
    retry: 'retry-after-mending',
    text: 'What follows from the journal was worked out by a newer version of this program (rules {found}, this program knows {known}).',
    next: 'The file was left as it is. Start the newer version.',
  },
  'JOURNAL-COPY-BROKEN': {
    retry: 'never',
    text: 'The copy of the journal that the CMS gave does not continue this one: entry {sequence}, {what}.',
    next: 'Nothing of it was taken. Keep both as they are and call a supervisor.',
  },
  'JOURNAL-COPY-WITHHELD': {
    retry: 'retry-after-mending',
    text: 'The CMS holds entry {sequence} ({kind}) without its content, which was withheld from it; what follows from it cannot be known.',
    next: 'The station stays stopped. Use a newer backup, or have the content of this entry disclosed to the CMS by the issuer it belongs to.',
  },
  'JOURNAL-DIVERGED': {
    retry: 'never',
    text: 'Two histories of this station exist: under entry {sequence} the {who} has another one than this journal.',
    next: 'A second station worked from a copy of the data folder, or the wrong journal lies here. Stop both, keep both as they are and call a supervisor.',
  },
  'JOURNAL-SECOND-STATION': {
    retry: 'never',
    text: 'Another station writes to the same HSM: it remembers entry {found}, which this journal did not tell it.',
    next: 'All work has stopped. A copy of this data folder runs somewhere: end it, keep both folders as they are and call a supervisor.',
  },
  'JOURNAL-REGISTER-LATE': {
    retry: 'retry',
    text: 'The HSM did not take the newest entry of the journal; entry {known} is the last it remembers.',
    next: 'The station tries again by itself. Look whether the HSM is switched on and connected; if it stays away, no new card is begun.',
  },
  'JOURNAL-REGISTER-BEHIND': {
    retry: 'retry-after-mending',
    text: 'No new card is begun: the HSM has not taken the newest entries of the journal, and entry {known} is the last it remembers.',
    next: 'Cards in the machines are finished. Look whether the HSM is switched on and connected; the lines go on by themselves once it answers. If it does not, call an administrator and leave the station running.',
  },
  'JOURNAL-WRONG-KEY': {
    retry: 'retry-after-mending',
    text: 'The journal is enciphered under another key than the one this station unsealed.',
    next: 'The file was left as it is. Check that data folder, seal and HSM token belong together.',
  },
  'JOURNAL-DAMAGED': {
    retry: 'never',
    text: 'The journal file is damaged and cannot be read whole.',
    next: 'The file was left as it is. Keep a copy of it, stop work, and call a supervisor; a backup may be put back.',
  },
  'JOURNAL-LOCKED': {
    retry: 'retry-after-mending',
    text: 'Another program has the journal open.',
    next: 'Close the other program, then start the station again.',
  },
  'JOURNAL-UNWRITABLE': {
    retry: 'retry-after-mending',
    text: 'The journal cannot be written: the disk or the folder refuses it.',
    next: 'All work has stopped; nothing that was reported as done is lost. Mend the disk or its permissions, then start the station again.',
  },
  'JOURNAL-FULL': {
    retry: 'retry-after-mending',
    text: 'The disk is full, so the journal cannot be written.',
    next: 'All work has stopped; nothing that was reported as done is lost. Free some space, then start the station again.',
  },
  'JOURNAL-SET-BACK': {
    retry: 'never',
    text: 'The journal ends at entry {found}, but the HSM has seen entry {registered}: an older copy of the journal lies in its place.',
    next: 'The station does not start on an older journal. Put back the newest one; where there is none, an administrator and a supervisor bring this one forward with the copy of the CMS: station resolve.',
  },
  'JOURNAL-BROKEN': {
    retry: 'never',
    text: 'The chain of the journal is broken at entry {sequence}: {what}.',
    next: 'Stop work, keep a copy of the file and call a supervisor. What happened before that entry is still proven.',
  },
  'JOURNAL-RANGE': {
    retry: 'retry-after-mending',
    text: 'There is no entry {from}: the journal ends at entry {to}.',
    next: 'Choose an earlier entry to begin with.',
  },
  'JOURNAL-CLOSED': {
    retry: 'never',
    text: 'The journal is closed.',
    next: 'Start the station again.',
  },
  'JOURNAL-NESTED': {
    retry: 'never',
    text: 'The program tried to write an entry while it was writing another ({kind}).',
    next: 'Call a supervisor and keep this message: this is a fault of the program.',
  },
  'JOURNAL-PAYLOAD': {
    retry: 'never',
    text: 'The program tried to record {kind} in a form that the journal does not know ({where}).',
    next: 'Nothing was recorded. Call a supervisor and keep this message: this is a fault of the program.',
  },
  'JOURNAL-IMPOSSIBLE': {
    retry: 'never',
    text: 'This cannot follow from what happened before: {kind}, because {why}.',
    next: 'Nothing was recorded. Look at the batch again; if it still says this, call a supervisor.',
  },
  'JOURNAL-TWO-GOOD': {
    retry: 'never',
    text: 'Order {order} already has a good card; a second one was refused.',
    next: 'Do not hand out the card in hand. Reject it and call a supervisor.',
  },
  'JOURNAL-LOT-EMPTY': {
    retry: 'retry-after-mending',
    text: 'Lot {lot} has no blank left by the count.',
    next: 'Count the blanks, and load a lot that was received.',
  },
  'JOURNAL-UNBALANCED': {
    retry: 'retry-after-mending',
    text: 'Batch {batch} does not balance: {why}.',
    next: 'Account for every blank and decide every look, then close the batch.',
  },
} as const satisfies Record<string, FaultDescription>;
