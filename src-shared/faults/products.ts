import type { FaultDescription } from './station-fault.ts';

/** Faults of the area products. */
export const productFaults = {
  'PRODUCT-NO-DRAFT': {
    retry: 'never',
    text: 'There is no draft of {name}.',
    next: 'Look at the list of drafts again: somebody may have discarded it, or it is in production.',
  },
  'PRODUCT-DRAFT-NAME': {
    retry: 'never',
    text: 'A draft needs an id of small letters, digits and dashes, a version from 1, and a product its issuer; this one says {name}.',
    next: 'Enter id, version and issuer, then save it again.',
  },
  'PRODUCT-IN-PRODUCTION': {
    retry: 'never',
    text: '{name} is in production, where nothing changes any more.',
    next: 'Give the draft the next version.',
  },
  'PRODUCT-PROPOSED': {
    retry: 'never',
    text: '{name} waits for its second signature and is not changed meanwhile.',
    next: 'Have it signed, or take the request back under Approvals.',
  },
  'PRODUCT-DRAFT-CARD-NUMBER': {
    retry: 'never',
    text: 'The draft {name} holds what may be a card number, in {field}.',
    next: 'Take it out: a draft is written into the journal, which never forgets.',
  },
  'PRODUCT-DRAFT-WRONG': {
    retry: 'never',
    text: 'The draft {name} cannot be put into production: {field}: {reason}.',
    next: 'Mend what is named, save the draft, then ask for the signature again.',
  },
  'PRODUCT-DRAFT-CHANGED': {
    retry: 'never',
    text: 'The draft {name} is no longer the one that was signed.',
    next: 'Take the request back under Approvals, look at the draft, and ask for the signature again.',
  },
} as const satisfies Record<string, FaultDescription>;
