const titles: Readonly<Record<string, string>> = {
  pan: 'card number',
  panSequence: 'card sequence number',
  expiry: 'expiry date',
  effective: 'start date',
  serviceCode: 'service code',
  printName: 'printed name',
  encodedName: 'encoded name',
  track1: 'track 1',
  track2: 'track 2',
  track3: 'track 3',
  loyaltyNumber: 'loyalty number',
  memberSince: 'date of joining',
  tier: 'tier',
  balanceText: 'balance text',
  giftNumber: 'gift card number',
  giftAmount: 'gift amount',
  cvv2: 'security code',
};

/** What a field is called to people; a name that is none of ours is not repeated, it may hold anything. */
export function fieldTitle(field: string): string {
  return titles[field] ?? 'field that is not known';
}
