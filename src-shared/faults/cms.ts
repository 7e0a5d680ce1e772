import type { FaultDescription } from './station-fault.ts';

/** Faults of the area cms: what can go wrong between the station and the card management system. */
export const cmsFaults = {
  'CMS-NOT-ENROLLED': {
    retry: 'retry-after-mending',
    text: 'This station is not enrolled with a CMS.',
    next: 'Enrol it: ask the administrator of the CMS for a one-time code.',
  },
  'CMS-UNREACHABLE': {
    retry: 'retry',
    text: 'The CMS cannot be reached ({reason}).',
    next: 'Check the network and whether the CMS runs. The station goes on trying by itself; cards already granted can be made.',
  },
  'CMS-CERTIFICATE': {
    retry: 'retry-after-mending',
    text: 'What answers at the address of the CMS is not the CMS that this station enrolled with ({reason}).',
    next: 'Nothing was sent. Tell the administrator; do not enrol again before it is clear what answers there.',
  },
  'CMS-CERTIFICATE-REFUSED': {
    retry: 'retry-after-mending',
    text: 'The CMS does not accept the certificate of this station.',
    next: 'Enrol the station again with a new one-time code.',
  },
  'CMS-STATION-REVOKED': {
    retry: 'never',
    text: 'The CMS has revoked this station.',
    next: 'Ask the administrator of the CMS.',
  },
  'CMS-STATION-LOST': {
    retry: 'never',
    text: 'Two people at the CMS have declared this station lost. Every card that it may have made is blocked.',
    next: 'Begin no card. Destroy the cards of its open batches under two people, then have the station enrolled anew. Its journal is still sent.',
  },
  'CMS-DEADLINE': {
    retry: 'retry',
    text: 'The CMS did not answer within {seconds} seconds.',
    next: 'Try again; if it persists, tell the administrator of the CMS.',
  },
  'CMS-FAILED': {
    retry: 'retry',
    text: 'The CMS failed while it answered (status {status}).',
    next: 'Try again; if it persists, tell the administrator of the CMS.',
  },
  'CMS-ANSWER-FORM': {
    retry: 'retry',
    text: 'The CMS gave an answer that is not as agreed ({what}).',
    next: 'Nothing was changed. Try again; if it persists, tell the administrator of the CMS.',
  },
  'CMS-ANSWER-TOO-LONG': {
    retry: 'retry-after-mending',
    text: 'The CMS gave an answer longer than the {limit} bytes agreed ({what}).',
    next: 'Nothing was changed. Tell the administrator of the CMS.',
  },
  'CMS-RECORD-TOO-LONG': {
    retry: 'never',
    text: 'Record {index} is longer than the {limit} characters allowed.',
    next: 'Tell the administrator of the CMS; the batch must be made anew.',
  },
  'CMS-BUSY': {
    retry: 'retry',
    text: 'The CMS refuses further tries for now.',
    next: 'Wait a minute, then try again.',
  },
  'CMS-REFUSED': {
    retry: 'retry-after-mending',
    text: 'The CMS refused the call ({code}): {text}',
    next: '{next}',
  },
  'CMS-LEASE-HELD': {
    retry: 'retry-after-mending',
    text: 'Another station holds this batch.',
    next: 'Choose another batch.',
  },
  'CMS-LEASE-LOST': {
    retry: 'retry-after-mending',
    text: 'The CMS no longer holds this batch for this station.',
    next: 'Pull the batch again. If cards of it were made already, call a supervisor.',
  },
  'CMS-ORDERS-RETURNED': {
    retry: 'never',
    text: 'The lease of this batch ran out: orders that were never granted went back to the CMS.',
    next: 'Make the cards that were granted and close the batch; the others come as a batch of their own.',
  },
  'CMS-BATCH-LOST': {
    retry: 'never',
    text: 'Batch {batch} no longer belongs to this station ({why}).',
    next: 'No card of it can be begun here. Close it, so that its card data are destroyed.',
  },
  'CMS-LEASE-GRANTED': {
    retry: 'never',
    text: 'Production of this batch was granted; it cannot be given back.',
    next: 'Make and close it.',
  },
  'CMS-BATCH-NOT-AVAILABLE': {
    retry: 'never',
    text: 'This batch is not to be had: it is in production elsewhere, closed or unknown.',
    next: 'Look at the list again and choose another batch.',
  },
  'CMS-GRANT-DIFFERS': {
    retry: 'never',
    text: 'The CMS has granted this batch for another release.',
    next: 'Call a supervisor: this batch was released before with other content.',
  },
  'CMS-GRANT-INVALID': {
    retry: 'never',
    text: 'The start grant for batch {batch} is not right ({why}).',
    next: 'No card was started. Tell the administrator of the CMS.',
  },
  'CMS-JOURNAL-REFUSED': {
    retry: 'never',
    text: 'The CMS does not accept the journal of this station ({code}).',
    next: 'Stop the lines, verify the journal, and call the administrator: the two copies differ.',
  },
  'CMS-JOURNAL-AHEAD': {
    retry: 'never',
    text: 'The CMS holds entry {theirs} of this journal, which ends at {ours} here.',
    next: 'Stop the lines and call the administrator: this journal was set back or another station uses the same name. Nothing is sent; the missing entries are fetched back from the CMS by two people.',
  },
  'CMS-JOURNAL-DIFFERS': {
    retry: 'never',
    text: 'The CMS holds another entry {sequence} of this journal than this station.',
    next: 'Stop the lines and call the administrator: this journal was set back and then written on, or another station uses the same name. Nothing is sent until the two copies are compared.',
  },
  'CMS-RECONCILING': {
    retry: 'retry',
    text: 'The CMS was restored from a backup and hands out no batch until every station has reported what happened since.',
    next: 'Nothing is lost; cards already granted can be made. Try again in a minute. If it persists, the administrator of the CMS sees which stations are missing.',
  },
  'CMS-CODE-UNKNOWN': {
    retry: 'retry-after-mending',
    text: 'The CMS does not know this enrolment code, or it was used or has run out.',
    next: 'Ask the administrator of the CMS for a new code.',
  },
  'CMS-CODE-FORM': {
    retry: 'retry-after-mending',
    text: 'This is not an enrolment code.',
    next: 'Write it as XXXXX-XXXXX-XXXXX-XXXXX.',
  },
  'CMS-STATION-ENROLLED': {
    retry: 'retry-after-mending',
    text: 'A station of this name is enrolled already.',
    next: 'Ask the administrator of the CMS for a code that replaces the earlier enrolment.',
  },
  'CMS-ENROLMENT-ANSWER': {
    retry: 'never',
    text: 'What the CMS gave at enrolment is not right ({what}).',
    next: 'The station is not enrolled. Tell the administrator of the CMS.',
  },
  'CMS-ENROLMENT-DAMAGED': {
    retry: 'retry-after-mending',
    text: 'The stored enrolment with the CMS cannot be read ({file}).',
    next: 'Restore the file, or enrol again with a new one-time code.',
  },
} as const satisfies Record<string, FaultDescription>;
