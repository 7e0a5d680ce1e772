import type { FaultDescription } from './station-fault.ts';

/** Faults of the area backup: making backups, restoring them, bringing an older journal forward. */
export const backupFaults = {
  'BACKUP-FAILED': {
    retry: 'retry-after-mending',
    text: 'The backup could not be made: {reason}.',
    next: 'Nothing half made was kept, and the station goes on. Mend the reason, then make the backup again; until then the last one counts.',
  },
  'BACKUP-UNDER-WAY': {
    retry: 'retry',
    text: 'A backup is being made already.',
    next: 'Wait until it is done.',
  },
  'BACKUP-NOT-CONFIRMED': {
    retry: 'retry-after-mending',
    text: 'The backup was written but did not read back as it should: {what}.',
    next: 'It was removed again. Check the disk of the backup folder, then make the backup again.',
  },
  'BACKUP-UNREADABLE': {
    retry: 'retry-after-mending',
    text: 'The backup {file} cannot be read.',
    next: 'Check the name of the file and its permissions.',
  },
  'BACKUP-FOREIGN': {
    retry: 'retry-after-mending',
    text: 'The file {file} is no backup of a station.',
    next: 'Choose the right file. Nothing was changed.',
  },
  'BACKUP-DAMAGED': {
    retry: 'never',
    text: 'The backup {file} is damaged, cut off or altered ({where}).',
    next: 'Nothing of it was used. Take another copy of it, or the backup before it.',
  },
  'BACKUP-NEWER-VERSION': {
    retry: 'retry-after-mending',
    text: 'The backup was made by a newer version of this program (form {found}, this program knows {known}).',
    next: 'Nothing was changed. Restore it with the newer version.',
  },
  'BACKUP-OTHER-STATION': {
    retry: 'retry-after-mending',
    text: 'The backup is of station {found}, and this folder is for {wanted}.',
    next: 'Nothing was changed. Choose the backup of this station, or another folder.',
  },
  'BACKUP-OTHER-HSM': {
    retry: 'never',
    text: 'The backup was signed by another key than the one in this HSM: {reason}.',
    next: 'Nothing was changed. Put in the HSM of this station, or restore the HSM from its own backup first.',
  },
  'BACKUP-NO-HSM': {
    retry: 'retry-after-mending',
    text: 'There is no key store in {folder}: a backup holds no keys.',
    next: 'In training put the folder token (or keys) of the station there; a live station needs its HSM. Nothing was changed.',
  },
  'BACKUP-MODULE-UNNAMED': {
    retry: 'retry-after-mending',
    text: 'There is no station.json in {folder}, and the library of the HSM is not taken from a backup.',
    next: "Write a station.json there that names this machine's own PKCS#11 library and token, then restore again. Nothing was changed.",
  },
  'BACKUP-TARGET-NOT-EMPTY': {
    retry: 'retry-after-mending',
    text: 'The folder {folder} holds a station already.',
    next: 'Restore into an empty folder. To bring the station that is there up to the copy of the CMS, use station resolve.',
  },
  'BACKUP-CMS-NEEDED': {
    retry: 'retry-after-mending',
    text: 'Without the CMS it cannot be known what happened after entry {sequence}: {reason}.',
    next: 'Make the CMS reachable and do it again. Only if its copy is gone for good, use --without-cms: what is not in this journal is then lost, and every open order is held.',
  },
  'BACKUP-CMS-REACHABLE': {
    retry: 'retry-after-mending',
    text: 'The CMS answers, so its copy must be used.',
    next: 'Do it again without --without-cms.',
  },
  'BACKUP-NOTHING-TO-RESOLVE': {
    retry: 'never',
    text: 'There is nothing to resolve: this journal ends at entry {sequence}, and neither the HSM nor the CMS knows of a later one.',
    next: 'Start the station.',
  },
  'BACKUP-REFUSED': {
    retry: 'ask-operator',
    text: 'The statement was refused by the second person.',
    next: 'Nothing was restored. Ask again when it is clear what is to be done.',
  },
  'BACKUP-UNFINISHED': {
    retry: 'retry-after-mending',
    text: 'A restore into this folder was begun and not finished.',
    next: 'Do the restore again: it begins anew.',
  },
  'BACKUP-CARD-MAY-EXIST': {
    retry: 'never',
    text: 'Entries of the journal are lost: a card of this order may exist that nobody recorded.',
    next: 'Do not make it here. Look for the card, and have the issuer block it and order another.',
  },
  'BACKUP-RECORDS-LOST': {
    retry: 'never',
    text: 'The sealed data of this order came after the backup and is not there any more.',
    next: 'It cannot be made from here. Close the batch: the CMS then knows that it was not made.',
  },
  'BACKUP-PROGRAM': {
    retry: 'retry-after-mending',
    text: 'The program that restores ended before it was done.',
    next: 'Do it again; it begins where it is safe.',
  },
} as const satisfies Record<string, FaultDescription>;
