import type { KnownRow } from './known-rows.ts';

const always = (): boolean => true;
/** The application that the directory leads to, as it is on the same chip: name, label and priority. */
const entry = /^computed:directory-entry$/;

/** What the contact directory has: the file of its records, and one record with the chip's payment application. EMV 4.3 Book 1 §12.2.2, §12.2.3. */
export const contactDirectoryRows: ReadonlyMap<string, KnownRow> = new Map<string, KnownRow>([
  ['88', { finding: 'directory-file', clause: 'EMV 4.3 Book 1 §12.2.2', sources: /^constant:/, needed: always }],
  [
    '61',
    {
      finding: 'directory-entry',
      clause: 'EMV 4.3 Book 1 §12.2.3',
      sources: entry,
      needed: always,
      own: { length: [7, 240], format: 'b' },
    },
  ],
]);

/** What the contactless directory has: its entries stand in the answer to SELECT. EMV Contactless Book B v2.6 §3.3.1. */
export const contactlessDirectoryRows: ReadonlyMap<string, KnownRow> = new Map([
  [
    'bf0c',
    {
      finding: 'directory-entry',
      clause: 'EMV Contactless Book B v2.6 §3.3.1',
      sources: entry,
      needed: always,
      own: { length: [9, 222], format: 'b' },
    },
  ],
]);
