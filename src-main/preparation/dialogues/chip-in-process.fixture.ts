import { fromHex, toHex } from '#shared/bytes/bytes.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { Chip } from '../../../src-sim/card/chip.ts';
import { newChip, type BlankKind, type CardKeys } from '../../../src-sim/card/new-chip.ts';
import type { CardLink } from '../../devices/encoder/port.ts';

/** What is done to one command of a test: the answer is lost, after the chip did it or before, or comes altered. */
export type Disturbance = (command: Uint8Array, execute: () => Uint8Array) => Uint8Array | 'lost' | null;

/** The virtual card in this process: its state is at hand, and a command may be disturbed. */
export interface ChipInProcess {
  readonly link: CardLink;
  readonly chip: Chip;
  /** Commands as they went to the chip, in hexadecimal. */
  readonly sent: readonly string[];
}

/** A blank of a kind with these keys. */
export function chipInProcess(
  blank: BlankKind,
  made: {
    readonly keys: CardKeys;
    readonly keyVersion: number;
    readonly parameter: number;
    readonly keyMask?: number;
    readonly cardId?: string;
  },
  disturb: Disturbance = () => null,
): ChipInProcess {
  const { keys, keyVersion, parameter, keyMask = 0, cardId = 'EV1-000001' } = made;
  const state = newChip({
    seed: 'test',
    cardId,
    keys,
    keyVersion,
    scpParameter: parameter,
    scp02Parameter: parameter,
    factory: { keys, keyVersion },
    applicationAid: 'f04357524947485401',
    iin: '999999',
    cardLifeCycle: 0x01,
    blank,
  });
  const chip = new Chip(state, { keyMask });
  chip.reset();
  const sent: string[] = [];
  let presence: 'there' | 'gone' = 'there';
  const link: CardLink = {
    atr: fromHex('3be000008131fe45eb'),
    protocol: 'T=1',
    side: 'contact',
    exchange: (command) => {
      if (presence === 'gone') return Promise.reject(new StationFault('CARD-GONE'));
      sent.push(toHex(command));
      const execute = (): Uint8Array => chip.exchange(command);
      const answer = disturb(command, execute);
      if (answer === 'lost') return Promise.reject(new StationFault('ENCODER-DEADLINE', { milliseconds: 1 }));
      return Promise.resolve(answer ?? execute());
    },
    close: () => {
      presence = 'gone';
      return Promise.resolve();
    },
  };
  return { link, chip, sent };
}
