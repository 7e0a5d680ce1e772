import { createHash } from 'node:crypto';
import { ascii, concatBytes, fromHex, toHex } from '#shared/bytes/bytes.ts';
import {
  builtInApplication,
  builtInLoadFile,
  directoryModule,
  domainPackage,
  paymentModule,
  recordsModule,
} from './built-in-content.ts';
import { issuerDomainEntry } from './chip-migration.ts';
import type { ApplicationState, ChipState, LoadFileState, OfferedProtocol } from './chip-state.ts';

/** What a blank is when it comes: see `blankWords`. */
export type BlankKind = keyof typeof blankWords;

/** What `--help` says about each kind. */
export const blankWords = {
  ready: 'SCP03; payment and loyalty application selectable, nothing else can be installed (the default)',
  scp02: 'the same under SCP02',
  factory: 'SCP03; only the security domain with its keys, memory for packages, security domains can be installed',
  'factory-scp02': 'the same under SCP02',
  dual: 'ready with memory, the package of security domains, and the payment directories of both sides to be personalised',
} as const;

/** All kinds of blanks. */
export const blankKinds = Object.keys(blankWords);

/** Whether a text names a kind of blanks. */
export function isBlankKind(text: unknown): text is BlankKind {
  return typeof text === 'string' && blankKinds.includes(text);
}

/** The three keys of a secure channel. */
export interface CardKeys {
  readonly enc: string;
  readonly mac: string;
  readonly dek: string;
}

/** What a new chip is made of. */
export interface ChipMake {
  readonly seed: string;
  readonly cardId: string;
  readonly keys: CardKeys;
  readonly keyVersion: number;
  /** What the factory kinds have instead: the same keys under version FF where nothing is said. */
  readonly factory?: { readonly keys: CardKeys; readonly keyVersion: number };
  /** The "i" of SCP03 on kinds that offer it. */
  readonly scpParameter: number;
  /** The "i" of SCP02 on kinds that offer that; 55 where none is said. */
  readonly scp02Parameter?: number;
  readonly applicationAid: string;
  /** AID of the second application, where there is one. */
  readonly loyaltyAid?: string | undefined;
  readonly iin: string;
  readonly cardLifeCycle: number;
  /** AID of the issuer security domain; the one of GlobalPlatform where none is said. */
  readonly domainAid?: string;
  /** `ready` where none is said. */
  readonly blank?: BlankKind;
  /** Bytes for packages and applications on kinds that take them; 65,536 where none is said. */
  readonly memory?: number;
}

/** Makes the chip of a card that was never used; its serial depends on seed and card id only. */
export function newChip(make: ChipMake): ChipState {
  const serial = createHash('sha256').update(`${make.seed}\0${make.cardId}`).digest().subarray(0, 6);
  const kind = make.blank ?? 'ready';
  const protocol = protocolOf(kind);
  const { loadFiles, applications } = contentOf(kind, make);
  const type = protocol === 'scp03' ? 0x88 : 0x80;
  const parameter = protocol === 'scp03' ? make.scpParameter : (make.scp02Parameter ?? 0x55);
  const own = isFactory(kind) ? (make.factory ?? { keys: make.keys, keyVersion: 0xff }) : make;
  const values = [own.keys.enc, own.keys.mac, own.keys.dek];
  if (protocol === 'scp02' && values.some(({ length }) => length !== 32)) {
    throw new Error(`a blank of kind ${kind} takes keys of 16 bytes`);
  }
  const keys = values.map((value, at) => ({ id: at + 1, type, value }));
  const domainAid = make.domainAid ?? issuerDomainEntry.aid;
  const ofDomain = <Entry extends { readonly domain: string }>(entry: Entry): Entry => ({
    ...entry,
    domain: domainAid,
  });
  return {
    format: 2,
    cplc: toHex(cplcOf(serial)),
    cardLifeCycle: make.cardLifeCycle,
    memory: takesContent(kind) ? (make.memory ?? 65_536) : 0,
    domains: [
      {
        ...issuerDomainEntry,
        aid: domainAid,
        domain: domainAid,
        protocols: [{ protocol, parameter }],
        keySets: [{ version: own.keyVersion, keys, sequence: 0, failures: 0 }],
        data: { '42': make.iin, '45': toHex(concatBytes(fromHex('4357'), serial)) },
      },
    ],
    loadFiles: loadFiles.map(ofDomain),
    applications: applications.map(ofDomain),
    counters: { personalisations: 0, initializeUpdates: 0, authentications: 0, failedAuthentications: 0 },
  };
}

/** The secure channel protocol that the issuer security domain of a kind offers. */
function protocolOf(kind: BlankKind): OfferedProtocol['protocol'] {
  return kind === 'scp02' || kind === 'factory-scp02' ? 'scp02' : 'scp03';
}

function isFactory(kind: BlankKind): boolean {
  return kind === 'factory' || kind === 'factory-scp02';
}

function takesContent(kind: BlankKind): boolean {
  return kind !== 'ready' && kind !== 'scp02';
}

function contentOf(
  kind: BlankKind,
  make: ChipMake,
): { readonly loadFiles: readonly LoadFileState[]; readonly applications: readonly ApplicationState[] } {
  const { applicationAid, loyaltyAid } = make;
  if (isFactory(kind)) return { loadFiles: [domainPackage()], applications: [] };
  const payment = builtInApplication(applicationAid, paymentModule);
  const loyalty = loyaltyAid === undefined ? [] : [builtInApplication(loyaltyAid, recordsModule)];
  const modules = [paymentModule, ...loyalty.map(({ module }) => module)];
  if (kind !== 'dual') return { loadFiles: [builtInLoadFile(modules)], applications: [payment, ...loyalty] };
  const directories = ['1PAY.SYS.DDF01', '2PAY.SYS.DDF01'].map((name) =>
    builtInApplication(toHex(ascii(name)), directoryModule),
  );
  return {
    loadFiles: [builtInLoadFile([paymentModule, recordsModule, directoryModule]), domainPackage()],
    applications: [payment, ...loyalty, ...directories],
  };
}

/** Lays out 42 bytes of CPLC from six bytes of serial and batch; dates are BCD year digit and day of year. */
function cplcOf(serial: Uint8Array): Uint8Array {
  return concatBytes(
    fromHex('4357 5601 4F53 5129 0102'), // fabricator, IC type, operating system, its release date and level
    fromHex('5130'), // IC fabrication date
    serial, // IC serial number (4), IC batch identifier (2)
    fromHex('4357 5131 4357 5132'), // module fabricator and date, ICC manufacturer, embedding date
    fromHex('4357 5133 43570001'), // pre-personaliser, date, equipment
    fromHex('0000 0000 00000000'), // personaliser, date, equipment: not yet
  );
}
