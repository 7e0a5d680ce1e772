import type { Identity } from './command-table.ts';
import { FaultBook } from './fault-book.ts';
import { PrintMachine } from './print-machine.ts';
import { freshCounters, freshRibbon } from './printer-state.ts';

/** Another printer that may answer on this printer's line: a cable put into the wrong machine, a device server's wrong port. */
export interface Stranger {
  readonly machine: PrintMachine;
  readonly identity: Identity;
}

const identity = { serial: 'STRANGER-1', model: 'EVOLIS QUANTUM 2', firmware: 'V9.90 VIRTUAL' } as const;

/** A whole machine of another model beside this one, with blanks and a ribbon of its own and no card inside. */
export function strangerBeside({ parts }: PrintMachine): Stranger {
  const machine = new PrintMachine({
    ...parts,
    serial: identity.serial,
    store: undefined,
    head: undefined,
    faults: new FaultBook(),
    state: {
      feeder: 50,
      hopper: 0,
      reject: 0,
      ribbon: freshRibbon('ymcko', 100),
      inside: null,
      jammed: null,
      savedErrorMode: 0,
      savedInsertion: 'F',
      counters: freshCounters(),
    },
  });
  return { machine, identity };
}
