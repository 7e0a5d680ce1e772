import type { CutRecord } from './cut-log.ts';
import type { ToldEntry } from './cut-station.ts';

/** The steps that cannot be done twice, by the bytes that begin them: commands of the printer's guide, and the chip's commands in vpcd's frames. */
const printerSteps: readonly (readonly [RegExp, string])[] = [
  [/^Sis\r/, 'feed'],
  [/^(Dm;|Smw\r)/, 'write-stripe'],
  [/^(Ss\r|Sr\r|Db;|Dbc;)/, 'print'],
  [/^Se(;\d+)?\r/, 'eject'],
  [/^Ser\r/, 'reject'],
];
/** INITIALIZE UPDATE, EXTERNAL AUTHENTICATE, STORE DATA, SET STATUS behind two bytes of length. */
const chipStep = /^[\s\S]{2}[\x80\x84][\x50\x82\xe2\xf0]/;

export interface LinePorts {
  readonly line: string;
  readonly printer: number;
  readonly reader: number;
}

/** Line and step of bytes that change a card; null for all others. */
export function irreversibleSend(record: CutRecord, ports: readonly LinePorts[]): readonly [string, string] | null {
  if (record.kind !== 'sent') return null;
  const text = Buffer.from(record.head).toString('latin1');
  for (const { line, printer, reader } of ports) {
    if (record.port === printer) {
      // Each command begins with ESC; the data of a panel follows in further sends.
      const command = text.startsWith('\u001b') ? text.slice(1) : '';
      const step = printerSteps.find(([pattern]) => pattern.test(command))?.[1];
      return step === undefined ? null : [line, step];
    }
    if (record.port === reader) return chipStep.test(text) ? [line, 'personalise'] : null;
  }
  return null;
}

export interface OrderVerdict {
  /** What left too early, in words; empty when nothing did. */
  readonly findings: readonly string[];
  /** How many sends of irreversible steps were looked at. */
  readonly sends: number;
}

/**
 * Looks whether every byte of an irreversible step left after the intent to that step was synced.
 *
 * An entry counts as synced when it was told outside, and the write-ahead log was synced between it and the entry told before, with nothing
 * written to it in between.
 */
export function checkIntentOrder(records: readonly CutRecord[], ports: readonly LinePorts[]): OrderVerdict {
  const intents = new Map<string, string>();
  const findings: string[] = [];
  let [sends, unsynced, syncedSince] = [0, 0, 0];
  for (const record of records) {
    switch (record.kind) {
      case 'written':
        if (record.file.endsWith('.db-wal')) unsynced += 1;
        break;
      case 'synced':
        if (!record.file.endsWith('.db-wal')) break;
        unsynced = 0;
        syncedSince += 1;
        break;
      case 'told': {
        const committed = record.text.split('\n').flatMap(entryIn);
        if (committed.length === 0) break;
        if (unsynced > 0) findings.push(`entry ${committed[0]?.sequence} was told before it was synced`);
        if (syncedSince === 0 && committed[0]?.event === 'attempt.intent')
          findings.push(`entry ${committed[0].sequence} was told without a sync`);
        syncedSince = 0;
        for (const { line, step, event } of committed) {
          if (line === undefined || step === undefined) continue;
          if (event === 'attempt.intent') intents.set(line, step);
          else if (event === 'attempt.outcome') intents.delete(line);
        }
        break;
      }
      case 'sent': {
        const found = irreversibleSend(record, ports);
        if (found === null) break;
        sends += 1;
        const [line, step] = found;
        const intent = intents.get(line);
        if (intent !== step)
          findings.push(`${line}: bytes of ${step} left while the journal held ${intent ?? 'no intent'}`);
        break;
      }
      default:
        break;
    }
  }
  return { findings, sends };
}

function entryIn(line: string): readonly ToldEntry[] {
  if (!line.startsWith('{')) return [];
  const said = JSON.parse(line) as ToldEntry & { readonly kind: string };
  return said.kind === 'committed' ? [said] : [];
}
