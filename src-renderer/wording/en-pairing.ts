/** Words of the pairing of printers with their encoders. */
export const pairing = {
  pairing: {
    title: 'Printers and their chip encoders',
    note: 'A test card proves that the encoder of a line is the one inside its printer. Without the proof the line makes no chip cards.',
    prove: 'Prove the pairing',
    proveNamed: 'Prove the pairing of {{line}}',
    cost: 'Feeds one blank into the reject box.',
    noReader: 'none',
    column: {
      line: 'Line',
      printer: 'Printer',
      reader: 'Encoder',
      state: 'Pairing',
      proof: 'Proof',
    },
    state: {
      proven: 'Paired',
      'not-proven': 'Not paired',
      'test-card': 'Test card in the machine',
      'no-reader': 'No encoder',
    },
    detail: {
      proven: 'Proven {{time}}',
      'not-proven': 'No test card has proven it since a device of this line was changed.',
      'test-card':
        'The station does not know yet that it has left the machine. Leave it there and prove the pairing again.',
      'no-reader': 'Nothing to pair: the line makes cards without a chip.',
    },
  },
} as const;
