import { intakeFindings } from './intake-findings.ts';
import type { FaultDescription } from './station-fault.ts';

const again =
  'Nothing of it was kept. Tell the administrator of the CMS; the batch can be pulled again once it is mended.';

/** Faults of the area intake: why a batch was refused as a whole; and what can be wrong with one record of it. */
export const intakeFaults = {
  ...intakeFindings,
  'INTAKE-BATCH-KNOWN': {
    retry: 'never',
    text: 'Batch {batch} was taken in before.',
    next: 'Look for it among the batches of this station. Nothing was changed.',
  },
  'INTAKE-BUSY': { retry: 'retry', text: 'Batch {batch} is being pulled right now.', next: 'Wait until it is there.' },
  'INTAKE-NOT-AVAILABLE': {
    retry: 'never',
    text: 'The CMS offers no batch {batch} to this station.',
    next: 'Look at the list again and choose one that is there.',
  },
  'INTAKE-INTERRUPTED': {
    retry: 'retry',
    text: 'Taking in batch {batch} was interrupted; what had come was removed.',
    next: 'Pull the batch again.',
  },
  'INTAKE-MANIFEST-FORM': { retry: 'never', text: 'What came as the batch’s manifest is no manifest.', next: again },
  'INTAKE-MANIFEST-CUT-OFF': { retry: 'never', text: 'The manifest of the batch is cut off.', next: again },
  'INTAKE-MANIFEST-UNSIGNED': { retry: 'never', text: 'The manifest of the batch bears no signature.', next: again },
  'INTAKE-MANIFEST-HEADER': {
    retry: 'never',
    text: 'The manifest bears a header that is not allowed.',
    next: again,
  },
  'INTAKE-SIGNER-UNKNOWN': {
    retry: 'never',
    text: 'The manifest is signed by a key that this station does not know.',
    next: `${again} If the CMS has a new signing key, the station must be enrolled again.`,
  },
  'INTAKE-SIGNATURE': {
    retry: 'never',
    text: 'The signature of the manifest is wrong: it was altered, or another than the CMS made it.',
    next: again,
  },
  'INTAKE-MANIFEST-VERSION': {
    retry: 'never',
    text: 'The manifest is of version {version}; this station knows version 1.',
    next: 'Nothing of it was kept. The station needs an update before it can take this batch.',
  },
  'INTAKE-MANIFEST-CLAIMS': { retry: 'never', text: 'The manifest is not as agreed ({where}).', next: again },
  'INTAKE-MANIFEST-COUNT': {
    retry: 'never',
    text: 'The manifest speaks of {count} records and lists {listed}.',
    next: again,
  },
  'INTAKE-OTHER-BATCH': { retry: 'never', text: 'The manifest is of another batch than {batch}.', next: again },
  'INTAKE-AUDIENCE': {
    retry: 'never',
    text: 'The manifest is made for another station or another lease.',
    next: again,
  },
  'INTAKE-LIVE-IN-TRAINING': {
    retry: 'never',
    text: 'This is a live batch, and the station is in training.',
    next: 'Nothing of it was kept. Pull it at a live station.',
  },
  'INTAKE-TEST-IN-LIVE': {
    retry: 'never',
    text: 'This is a test batch, and the station is live.',
    next: 'Nothing of it was kept. Pull it at a training station.',
  },
  'INTAKE-ISSUER-UNKNOWN': {
    retry: 'never',
    text: 'This station has no issuer {issuer}.',
    next: 'Nothing of it was kept. Enrol the station for this issuer first.',
  },
  'INTAKE-OTHER-ISSUER': {
    retry: 'never',
    text: 'The manifest names another issuer than the list of batches, or than the product’s.',
    next: again,
  },
  'INTAKE-PRODUCT-UNKNOWN': {
    retry: 'never',
    text: 'This station has no product {product}.',
    next: 'Nothing of it was kept. Install the product, then pull the batch again.',
  },
  'INTAKE-PRODUCT-VERSION': {
    retry: 'never',
    text: 'The batch wants {product}; this station has version {known} of it.',
    next: 'Nothing of it was kept. Install that version, or have the batch made for this one.',
  },
  'INTAKE-PRODUCT-DIFFERS': {
    retry: 'never',
    text: 'Product {product} here is not what the CMS knows under this name and version.',
    next: 'Nothing of it was kept. Compare the two profiles with the administrator.',
  },
  'INTAKE-CONTENT-KEY': {
    retry: 'never',
    text: 'The batch’s key is not made for this station, batch and lease.',
    next: again,
  },
  'INTAKE-RECORDS-MISSING': {
    retry: 'never',
    text: 'Records are missing: {came} of {count} came.',
    next: again,
  },
  'INTAKE-RECORDS-TOO-MANY': {
    retry: 'never',
    text: 'More records came than the {count} of the manifest.',
    next: again,
  },
  'INTAKE-RECORD-ORDER': {
    retry: 'never',
    text: 'The records are out of order: record {index} is not at its place.',
    next: again,
  },
  'INTAKE-RECORD-DIGEST': {
    retry: 'never',
    text: 'Record {index} is not the one that the manifest lists.',
    next: again,
  },
  'INTAKE-RECORD-TOO-LONG': { retry: 'never', text: 'Record {index} is longer than allowed.', next: again },
  'INTAKE-RECORD-HEADER': {
    retry: 'never',
    text: 'Record {index} bears a header that is not allowed.',
    next: again,
  },
  'INTAKE-RECORD-ENCRYPTION': {
    retry: 'never',
    text: 'Record {index} cannot be opened with the batch’s key.',
    next: again,
  },
  'INTAKE-RECORD-FORM': { retry: 'never', text: 'Record {index} is no enciphered record.', next: again },
} as const satisfies Record<string, FaultDescription>;
