interface Option {
  readonly value: string | number;
  readonly label: string;
}

/** Words of a standard: they are what people say. */
function asTheyAre(...values: readonly (string | number)[]): readonly Option[] {
  return values.map((value) => ({ value, label: String(value) }));
}

/** Choices whose words are those of a standard. */
export const standardOptions = {
  protocols: [
    { value: 'scp03', label: 'SCP03' },
    { value: 'scp02', label: 'SCP02' },
  ],
  parameters: {
    scp03: asTheyAre('00', '01', '10', '11', '20', '21', '30', '31', '60', '61', '70', '71'),
    scp02: asTheyAre('15', '55'),
  },
  lifeCycles: asTheyAre('OP_READY', 'INITIALIZED', 'SECURED'),
  exponents: asTheyAre(3, 65_537),
  derivations: asTheyAre('A', 'B'),
  tracks: asTheyAre(1, 2, 3),
  formats: asTheyAre('a', 'an', 'ans', 'b', 'cn', 'n', 'dol'),
} as const;
