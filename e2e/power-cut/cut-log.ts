import { readFileSync } from 'node:fs';

/**
 * One thing that the shim saw, in the order in which it happened (`power-cut-shim.c`).
 *
 * `file` is a path below the watched folder; `port` the TCP port of a device, or 100000 and more for a serial device.
 */
export type CutRecord =
  | { readonly kind: 'made'; readonly file: string; readonly emptied: 'yes' | 'no' }
  | { readonly kind: 'written'; readonly file: string; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'truncated'; readonly file: string; readonly length: number }
  | { readonly kind: 'synced'; readonly file: string; readonly number: number }
  | { readonly kind: 'renamed'; readonly file: string; readonly to: string }
  | { readonly kind: 'removed'; readonly file: string }
  | { readonly kind: 'connected'; readonly port: number }
  /** `head` holds the first 48 bytes of what left in one call. */
  | { readonly kind: 'sent'; readonly port: number; readonly length: number; readonly head: Uint8Array }
  /** Lines on standard output: what the outside world has been told. */
  | { readonly kind: 'told'; readonly text: string };

const headSize = 25;

/** Reads a log; a record that the cut left unfinished is left out. */
export function readCutLog(file: string): readonly CutRecord[] {
  const log = readFileSync(file);
  const paths = new Map<number, string>();
  const path = (id: number): string => paths.get(id) ?? `unknown file ${id}`;
  const records: CutRecord[] = [];
  for (let at = 0; at + headSize <= log.length;) {
    const kind = String.fromCharCode(log.readUInt8(at));
    const id = log.readUInt32LE(at + 1);
    const offset = Number(log.readBigUInt64LE(at + 5));
    const length = Number(log.readBigUInt64LE(at + 13));
    const size = log.readUInt32LE(at + 21);
    const payload = log.subarray(at + headSize, at + headSize + size);
    if (payload.length < size) break;
    at += headSize + size;
    switch (kind) {
      case 'N':
        paths.set(id, payload.toString('utf8'));
        break;
      case 'O':
        records.push({ kind: 'made', file: path(id), emptied: length === 1 ? 'yes' : 'no' });
        break;
      case 'W':
        records.push({ kind: 'written', file: path(id), offset, bytes: payload });
        break;
      case 'T':
        records.push({ kind: 'truncated', file: path(id), length });
        break;
      case 'S':
        records.push({ kind: 'synced', file: path(id), number: length });
        break;
      case 'R':
        records.push({ kind: 'renamed', file: path(id), to: path(offset) });
        break;
      case 'U':
        records.push({ kind: 'removed', file: path(id) });
        break;
      case 'C':
        records.push({ kind: 'connected', port: id });
        break;
      case 'D':
        records.push({ kind: 'sent', port: id, length, head: payload });
        break;
      case 'P':
        records.push({ kind: 'told', text: payload.toString('utf8') });
        break;
      default:
        throw new Error(`${file} holds no record at byte ${at}`);
    }
  }
  return records;
}
