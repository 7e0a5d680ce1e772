import {
  builtInApplication,
  builtInLoadFile,
  issuerDomainAid,
  paymentModule,
  recordsModule,
} from './built-in-content.ts';
import type { ApplicationState, ChipCounters, ChipState, SecurityDomainState } from './chip-state.ts';

/** A chip as format 1 kept it: one SCP03 key set, one payment application, perhaps a loyalty application. */
export interface ChipOfFormat1 {
  readonly format: 1;
  readonly cplc: string;
  readonly iin: string;
  readonly cin: string;
  readonly cardLifeCycle: number;
  readonly selectionEnded?: 'yes';
  readonly keySet: {
    readonly version: number;
    readonly parameter: number;
    readonly enc: string;
    readonly mac: string;
    readonly dek: string;
    readonly sequence: number;
    readonly failures: number;
  };
  readonly application: ApplicationOfFormat1;
  readonly loyalty?: ApplicationOfFormat1;
  readonly counters: ChipCounters;
}

type ApplicationOfFormat1 = Pick<ApplicationState, 'aid' | 'lifeCycle' | 'groupings' | 'transactionCounter'>;

/** The same chip in format 2; it answers as before. */
export function migratedChip(old: ChipOfFormat1): ChipState {
  const { keySet, loyalty } = old;
  const keys = [keySet.enc, keySet.mac, keySet.dek].map((value, at) => ({ id: at + 1, type: 0x88, value }));
  return {
    format: 2,
    cplc: old.cplc,
    cardLifeCycle: old.cardLifeCycle,
    ...(old.selectionEnded === undefined ? {} : { selectionEnded: old.selectionEnded }),
    memory: 0,
    domains: [
      {
        ...issuerDomainEntry,
        protocols: [{ protocol: 'scp03', parameter: keySet.parameter }],
        keySets: [{ version: keySet.version, keys, sequence: keySet.sequence, failures: keySet.failures }],
        data: { '42': old.iin, '45': old.cin },
      },
    ],
    loadFiles: [builtInLoadFile(loyalty === undefined ? [paymentModule] : [paymentModule, recordsModule])],
    applications: [
      { ...builtInApplication(old.application.aid, paymentModule), ...old.application },
      ...(loyalty === undefined ? [] : [{ ...builtInApplication(loyalty.aid, recordsModule), ...loyalty }]),
    ],
    counters: old.counters,
  };
}

/** What the issuer security domain of every card has. All privileges but those that ask for a service of its own. GPC_SPE_034 v2.3.1 §6.6.1. */
export const issuerDomainEntry: Omit<SecurityDomainState, 'protocols' | 'keySets' | 'data'> = {
  aid: issuerDomainAid,
  lifeCycle: 0x0f,
  domain: issuerDomainAid,
  memory: 0,
  privileges: '9efe80',
  loadFile: '',
  module: '',
};
