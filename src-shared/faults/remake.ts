import type { FaultDescription } from './station-fault.ts';

/** Faults around cards that are made again. */
export const remakeFaults = {
  'REMAKE-CARD-RECALLED': {
    retry: 'retry-after-mending',
    text: 'A finished card of this order was found bad.',
    next: 'Put the bad card into the box for destruction, then ask for the remake; a second person signs.',
  },
  'REMAKE-SPOILED-LIMIT': {
    retry: 'retry-after-mending',
    text: 'More cards of this batch were taken out by hand than one person may answer for.',
    next: 'Show the cards that were taken out to a second person, then ask for the remake together.',
  },
  'REMAKE-FINISHED-CARD': {
    retry: 'retry-after-mending',
    text: 'A card of this order was finished when it was taken out by hand.',
    next: 'Show that card to a second person, put it into the box for destruction, then ask for the remake together.',
  },
  'REMAKE-CARD-MISSING': {
    retry: 'retry-after-mending',
    text: 'A card of this order was counted as missing.',
    next: 'Look for it first. Only two people may decide that another one is made.',
  },
  'REMAKE-NOT-HELD': {
    retry: 'never',
    text: 'Order {order} does not wait for a remake.',
    next: 'Look at the batch: it may have been made, or it is still to be made without a second person.',
  },
  'REMAKE-CARD-UNKNOWN': {
    retry: 'retry-after-mending',
    text: 'A card of order {order} may still be in a machine.',
    next: 'Settle that card at its line first. No second card is made while the first may be good.',
  },
  'REMAKE-STILL-GOOD': {
    retry: 'never',
    text: 'Order {order} has a good card.',
    next: 'If that card is not good, turn it to rejected first and put it into the box for destruction.',
  },
  'REMAKE-NOT-GOOD': {
    retry: 'never',
    text: 'This card is not a good card now.',
    next: 'Only a good card can be turned to rejected. Look at the list again.',
  },
  'REMAKE-BATCH-CLOSED': {
    retry: 'never',
    text: 'Batch {batch} is {state}: its cards can no longer be changed here.',
    next: 'Before the close: withdraw the close first. After it: the card data are erased; order the card anew at the CMS.',
  },
  'REMAKE-REASON': {
    retry: 'retry-after-mending',
    text: 'The reason "other" needs a remark.',
    next: 'Write in a few words what is wrong with the card.',
  },
} as const satisfies Record<string, FaultDescription>;
