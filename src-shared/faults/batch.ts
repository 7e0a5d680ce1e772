import type { FaultDescription } from './station-fault.ts';

/** Faults around a batch beside its making: release, looks, close, enrolment of machines. */
export const batchFaults = {
  'RELEASE-NOT-READY': {
    retry: 'never',
    text: 'Batch {batch} cannot be released: it is {state}.',
    next: 'Only a batch that is ready can be released.',
  },
  'RELEASE-NOTHING-READY': {
    retry: 'never',
    text: 'Every record of batch {batch} is held back.',
    next: 'Read the findings and have the CMS send the batch again.',
  },
  'RELEASE-CONTENT-CHANGED': {
    retry: 'never',
    text: 'Batch {batch} is not the batch that was taken in.',
    next: 'Nothing was released. Call a supervisor and verify the journal.',
  },
  'LOOK-NOT-ASKED': {
    retry: 'never',
    text: 'No look at this card is asked for.',
    next: 'Go back to the list: somebody else may have decided it.',
  },
  'LOOK-REASON': {
    retry: 'retry-after-mending',
    text: 'Verdict and reason contradict each other.',
    next: 'A good card is "as the proof"; for a bad one choose what is wrong with it.',
  },
  'CLOSE-OBSTACLE': {
    retry: 'retry-after-mending',
    text: 'Batch {batch} cannot be closed yet: {obstacle}',
    next: 'See its balance for what is to be done.',
  },
  'CLOSE-NO-REPORT': {
    retry: 'never',
    text: 'There is no report of batch {batch}.',
    next: 'A report is written when the batch is closed. If it was closed, the file has been taken from the data folder.',
  },
  'CLOSE-REPORT-CHANGED': {
    retry: 'never',
    text: 'The report of batch {batch} is not the one that was written at its close.',
    next: 'Do not use it. Call an administrator; the journal holds the digest of the true one.',
  },
  'DEVICE-UNKNOWN': {
    retry: 'never',
    text: 'The configuration names no device {device}.',
    next: 'Choose one of the list, or add it to station.json.',
  },
  'DEVICE-ENROLLED': {
    retry: 'never',
    text: 'Device {device} is enrolled already.',
    next: 'Nothing is to be done.',
  },
  'DEVICE-OTHER-ENVIRONMENT': {
    retry: 'never',
    text: 'Device {device} is for {environment} cards; this station makes the others.',
    next: 'Test and live never meet. Use a device of the right kind.',
  },
} as const satisfies Record<string, FaultDescription>;
