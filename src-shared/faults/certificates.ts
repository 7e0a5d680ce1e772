import type { FaultDescription } from './station-fault.ts';

/** Faults of the area certificates. */
export const certificateFaults = {
  'CERT-FORM': {
    retry: 'never',
    text: 'The field {field} of the {what} is not as it must be.',
    next: 'It was damaged, made with another key or entered wrongly. Compare it with its source; do not use it.',
  },
  'CERT-HASH': {
    retry: 'never',
    text: 'The hash of the {what} does not fit its data.',
    next: 'The data was altered after signing or belongs to another certificate. Do not use it.',
  },
  'CERT-LENGTH': {
    retry: 'never',
    text: 'The field {field} of the {what} has {found} bytes where {allowed} are allowed.',
    next: 'Choose key lengths that fit each other, or ask the sender for the whole data.',
  },
  'CERT-EXPONENT': {
    retry: 'never',
    text: 'The exponent of the {key} public key is neither 3 nor 65537.',
    next: 'Make or ask for a key with one of these exponents.',
  },
  'CERT-CA': {
    retry: 'never',
    text: 'The public key {index} of the certification authority {rid} is wrong in its {field}.',
    next: 'Compare the key with what the scheme published and enter it again.',
  },
  'CERT-ISSUER': {
    retry: 'never',
    text: 'The {what} is for PANs that begin with {identifier}, and this PAN does not.',
    next: 'Use the certificate of the right issuer, or check the product of the batch.',
  },
  'CERT-PAN': {
    retry: 'never',
    text: 'The {what} belongs to another PAN.',
    next: 'Put the card aside and call a supervisor: data of two cards was mixed.',
  },
  'CERT-PAN-LENGTH': {
    retry: 'never',
    text: 'A PAN of {digits} digits is longer than the {what} allows ({most}).',
    next: 'Ask the issuer for the right PAN.',
  },
  'CERT-EXPIRED': {
    retry: 'never',
    text: 'The {what} ran out in {expiry}; it was to be used in {date}.',
    next: 'Ask the certification authority or the issuer for a new one, and check the clock of the station.',
  },
  'CERT-REQUEST': {
    retry: 'never',
    text: 'The issuer certificate does not answer the request: its {field} is another one.',
    next: 'Make sure that the certificate belongs to this request; otherwise ask the certification authority.',
  },
  'CERT-SERIAL': {
    retry: 'never',
    text: 'The certification authority gave the serial number {serial} to another certificate, that of {key}.',
    next: 'Do not use the certificate. Ask the certification authority for one with a number of its own.',
  },
  'CERT-SIGNER': {
    retry: 'never',
    text: 'The signature of the {what} does not open under the public key of its signer.',
    next: 'The wrong key was used or the HSM is faulty. Do not use the key; call a key custodian.',
  },
  'CERT-STATIC': {
    retry: 'never',
    text: 'The static data to be signed is not allowed: {field}.',
    next: 'Correct the records or the tag list in the profile of the product.',
  },
} as const satisfies Record<string, FaultDescription>;
