import { describe, expect, it } from 'vitest';
import { answerFault } from './answer-fault.ts';

describe('the fault of an error answer', () => {
  it.each(['ERROR CDE', 'ERR RIB DETECTION', 'ERR COVER OPEN', 'ERR HOPPER FULL'])('shows %j', (text) => {
    expect(answerFault(text, { command: 'Si' }).details).toEqual({ command: 'Si', answer: text });
  });

  it.each(['ERR MAG BLANK', 'ERR MAG READ', 'ERR MAG DATA', 'ERR MAG CHECKSUM'])('shows %j of a track', (text) => {
    expect(answerFault(text, { command: 'Smr', track: 1 }).details['answer']).toBe(text);
  });

  it.each([
    ['Si', 'B9900010000000004^FERRARI/ENZO MARIA^29112010000000000000'],
    ['Rco', '9900010000000004=2911201 ERR'],
    ['Smr', 'ERRICO ANNA'],
    ['Dm', 'ERR ROSSI'],
    ['Smw', 'ERR 123'],
  ])('keeps card data that a printer hands back as an error answer to %s out of the fault', (command, text) => {
    const fault = answerFault(text, { command });
    expect(fault.details['answer']).toBe('…');
    expect(fault.message).not.toMatch(/ENZO|MARIA|ANNA|ROSSI|9900|123/);
  });
});
