import { byte } from './hand-written-host.ts';
import type { HandWrittenHost } from './hand-written-host.ts';

/** A small EMV debit personalisation for the tests of this folder; the PAN is of a test range, the keys are nobody's. */
export const trainingCard = {
  aid: 'F04357524947485401',
  fciTemplate: 'A51A500A545241494E494E472044870101' + '9F38039F1A02' + '5F2D02656E',
  options: '82021800' + '940808010200' + '10010100',
  records: {
    '0101': '70145A0847617390010100105F24032912315F340101',
    '0102': '701557134761739001010010D29122011234567890123F',
    '0201': '70078C055F2A029A03',
  },
  masterKeys: '0123456789ABCDEFFEDCBA98765432101123456789ABCDEFFEDCBA98765432102123456789ABCDEFFEDCBA9876543210',
  pinBlock: '241234FFFFFFFFFF',
} as const;

/** One data grouping, in the short or the long form of its length. */
export function grouping(id: string, data: string): string {
  const length = data.length / 2;
  return id + (length < 255 ? byte(length) : `FF${byte(length >> 8)}${byte(length & 255)}`) + data;
}

/** Sends the whole personalisation; returns the status words of its STORE DATA blocks. */
export async function personalise(host: Pick<HandWrittenHost, 'send' | 'sensitive'>): Promise<readonly string[]> {
  const { records, fciTemplate, options, masterKeys, pinBlock } = trainingCard;
  const secret = grouping('8000', host.sensitive(masterKeys)) + grouping('8010', host.sensitive(pinBlock));
  return [
    await host.send('80E26000', secret),
    await host.send(
      '80E20001',
      Object.entries(records)
        .map(([id, data]) => grouping(id, data))
        .join(''),
    ),
    await host.send('80E28002', grouping('9102', fciTemplate) + grouping('9104', options) + grouping('9010', '0303')),
  ];
}
