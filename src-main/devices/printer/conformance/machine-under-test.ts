import type { CardPrinter } from '../port.ts';

/** What can be wrong with the machine; a person mends it. */
export type Situation =
  | 'feeder-empty'
  | 'cover-open'
  | 'ribbon-out'
  | 'wrong-ribbon'
  | 'jam-at-feed'
  | 'jam-at-print'
  | 'jam-at-eject'
  | 'hopper-full'
  | 'reject-full'
  | 'stripe-unreadable'
  | 'stripe-write-weak';

/** What can be wrong with one answer. */
export type Disturbance = 'silent' | 'unheard' | 'late' | 'doubled' | 'cut' | 'garbage' | 'link-lost';

/** Acts whose answer can be disturbed. */
export type DisturbedAct = 'status' | 'feed' | 'write-stripe' | 'read-stripe' | 'panel' | 'eject' | 'reject';

/** What really is the case, from the machine's own books. */
export interface MachineTruth {
  readonly inside: 'yes' | 'no';
  readonly fed: number;
  readonly good: number;
  readonly rejected: number;
  /** Panels on the card inside and in the printer's memory, front then back, as letters. */
  readonly panels: string;
  /** Programs or people that were turned away, commands that the machine did not understand. */
  readonly misunderstood: number;
}

/** A machine with a driver on it, empty, loaded, and with a way to make it fail: a simulator, or a person with the real one. */
export interface MachineUnderTest {
  readonly printer: CardPrinter;
  readonly serial: string;
  truth(): Promise<MachineTruth>;
  arrange(situation: Situation): Promise<void>;
  disturb(act: DisturbedAct, how: Disturbance): Promise<void>;
  /** Ends every fault; a stuck card slips free, boxes are empty. */
  mend(): Promise<void>;
  /** Power off and on again; the card stays where it is. */
  restart(): Promise<void>;
}

export interface ConformanceCase<Machine> {
  readonly name: string;
  run(machine: Machine): Promise<void>;
}
