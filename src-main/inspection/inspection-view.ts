import { toHex } from '#shared/bytes/bytes.ts';
import type { CardInspectionView, RegistryRow } from '#shared/contract/views/card-inspection-view.ts';
import { describeFault } from '#shared/faults/catalogue.ts';
import { StationFault } from '#shared/faults/station-fault.ts';
import { parseAnswerToReset } from '#shared/protocols/apdu/answer-to-reset.ts';
import { describeKeyType, type KeyInformation } from '#shared/protocols/globalplatform/key-information.ts';
import {
  describeApplicationLifeCycle,
  describeCardLifeCycle,
  describeDomainLifeCycle,
  describeLoadFileLifeCycle,
} from '#shared/protocols/globalplatform/life-cycle.ts';
import { decodePrivileges } from '#shared/protocols/globalplatform/privileges.ts';
import { chipSerial, type ProductionLifeCycle } from '#shared/protocols/globalplatform/production-life-cycle.ts';
import type { RegistryEntry } from '#shared/protocols/globalplatform/registry-entry.ts';
import type { TraceLine } from '#shared/protocols/trace/trace-line.ts';
import type { CardLink } from '../devices/encoder/port.ts';
import {
  statusInWords,
  type CardRegistry,
  type CardStructure,
  type FoundApplication,
} from '../preparation/dialogues/inspect-card.ts';

/** An application that is looked for on a card, and what people call it. */
export interface WantedApplication {
  readonly aid: FoundApplication['aid'];
  readonly name: string;
}

/** What was read of a card, in the order in which it was. */
export interface CardReading {
  structure: CardStructure | null;
  applications: readonly FoundApplication[];
  registry: CardRegistry | null;
  readonly trace: (TraceLine & { readonly label: string })[];
}

const upper = (bytes: Uint8Array): string => toHex(bytes).toUpperCase();
const upperOrNull = (bytes: Uint8Array | undefined): string | null => (bytes === undefined ? null : upper(bytes));

/** The chip's own serial; null while it is not known. */
export function serialOf({ structure }: CardReading): string | null {
  const production = structure?.production ?? null;
  return production === null ? null : chipSerial(production);
}

/** What a card answered to the reset; one that breaks the standard is shown as bytes. */
export function resetView({ atr, side, protocol }: CardLink): CardInspectionView['reset'] {
  const shown = { atr: upper(atr), side, protocol };
  try {
    const { historicalBytes, commandChaining } = parseAnswerToReset(atr);
    return { ...shown, historicalBytes: upper(historicalBytes), commandChaining };
  } catch (thrown) {
    if (!(thrown instanceof StationFault)) throw thrown;
    return { ...shown, historicalBytes: '', commandChaining: 'not-announced' };
  }
}

/** Everything that was read, in words. */
export function readingView(
  reading: CardReading,
  wanted: readonly WantedApplication[],
): Pick<
  CardInspectionView,
  | 'cardManager'
  | 'chipSerial'
  | 'issuerNumber'
  | 'imageNumber'
  | 'production'
  | 'recognition'
  | 'memory'
  | 'untold'
  | 'keys'
  | 'applications'
  | 'registry'
  | 'trace'
  | 'milliseconds'
> {
  const { structure, registry, trace } = reading;
  const recognition = structure?.recognition ?? null;
  const names = new Map(wanted.map(({ aid, name }) => [aid, name]));
  return {
    cardManager: structure?.cardManager?.toUpperCase() ?? null,
    chipSerial: serialOf(reading)?.toUpperCase() ?? null,
    issuerNumber: structure?.issuerNumber?.toUpperCase() ?? null,
    imageNumber: structure?.imageNumber?.toUpperCase() ?? null,
    production: productionRows(structure?.production ?? null),
    recognition:
      recognition === null
        ? null
        : {
            version: recognition.version,
            channels: recognition.channels.map(channelInWords),
            configuration: recognition.configuration ?? null,
            chip: recognition.chip ?? null,
          },
    memory: structure?.memory ?? null,
    untold: [...(structure?.untold ?? []), ...(registry?.untold ?? [])],
    keys: (structure?.keys ?? []).map(keyRow),
    applications: reading.applications.map(({ aid, statusWord }) => ({
      aid: aid.toUpperCase(),
      name: names.get(aid) ?? '',
      state: stateOf(statusWord),
      ...statusInWords(statusWord),
    })),
    registry: registry === null ? null : registryView(registry),
    trace: trace.map(traceRow),
    milliseconds: trace.reduce((sum, { milliseconds }) => sum + milliseconds, 0),
  };
}

function productionRows(production: ProductionLifeCycle | null): CardInspectionView['production'] {
  return Object.entries(production ?? {}).map(([field, value]) => ({ field, value: value.toUpperCase() }));
}

function channelInWords({ protocol, option }: { readonly protocol: number; readonly option: number }): string {
  const two = (value: number) => value.toString(16).toUpperCase().padStart(2, '0');
  return `SCP${two(protocol)} i=${two(option)}`;
}

function keyRow({ version, identifier, components }: KeyInformation): CardInspectionView['keys'][number] {
  return {
    version,
    identifier,
    types: components.map(({ type, length }) => `${describeKeyType(type)}, ${length} bytes`),
  };
}

/** A warning of SELECT says that the application is there but blocked or terminated. ISO/IEC 7816-4:2013 table 6. */
function stateOf(statusWord: number): CardInspectionView['applications'][number]['state'] {
  if (statusWord === 0x9000) return 'there';
  return statusWord >> 8 === 0x62 || statusWord === 0x6a81 ? 'blocked' : 'not-there';
}

function registryView({ issuerDomain, applications, loadFiles }: CardRegistry): CardInspectionView['registry'] {
  const isDomain = (entry: RegistryEntry) => privilegesOf(entry).includes('security-domain');
  return {
    domains: [
      ...issuerDomain.map((entry) => registryRow(entry, describeCardLifeCycle)),
      ...applications.filter(isDomain).map((entry) => registryRow(entry, describeDomainLifeCycle)),
    ],
    applications: applications
      .filter((entry) => !isDomain(entry))
      .map((entry) => registryRow(entry, describeApplicationLifeCycle)),
    loadFiles: loadFiles.map((entry) => registryRow(entry, describeLoadFileLifeCycle)),
  };
}

/** Privileges in words; those that no standard names as their bytes. */
function privilegesOf({ privileges }: RegistryEntry): string[] {
  if (privileges === undefined) return [];
  try {
    return decodePrivileges(privileges);
  } catch (thrown) {
    if (!(thrown instanceof StationFault)) throw thrown;
    return [upper(privileges)];
  }
}

function registryRow(entry: RegistryEntry, words: (state: number) => string): RegistryRow {
  const { version } = entry;
  return {
    aid: upper(entry.aid),
    lifeCycle: words(entry.lifeCycle),
    privileges: privilegesOf(entry),
    loadFile: upperOrNull(entry.loadFile),
    securityDomain: upperOrNull(entry.securityDomain),
    version: version === undefined ? null : Array.from(version).join('.'),
    modules: entry.modules.map(upper),
  };
}

function traceRow({
  label,
  command,
  answer,
  milliseconds,
}: CardReading['trace'][number]): CardInspectionView['trace'][number] {
  const told = { label, header: command.slice(0, 8), data: command.slice(8), milliseconds };
  if (typeof answer !== 'string') {
    return {
      ...told,
      answer: null,
      status: answer.fault,
      meaning: describeFault({ code: answer.fault, details: {} }).text,
    };
  }
  return { ...told, answer: answer.slice(0, -4), ...statusInWords(Number.parseInt(answer.slice(-4), 16)) };
}
