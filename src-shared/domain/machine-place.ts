/** Places of a card machine that a drawing can mark. */
export const machinePlaces = [
  'feeder',
  'contact-station',
  'stripe-head',
  'print-head',
  'ribbon',
  'flip',
  'eject',
  'hopper',
  'reject-box',
  'cover',
  'link',
  'reader',
  'none',
] as const;
export type MachinePlace = (typeof machinePlaces)[number];
