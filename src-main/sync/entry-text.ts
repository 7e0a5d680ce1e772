import type { EntryRow } from '../journal/entry-store.ts';

/** How much of an entry the CMS is shown: all, or the hashed header only (the chain still verifies). */
export type Disclosure = (entry: { readonly kind: string; readonly issuer: string | null }) => 'whole' | 'header-only';

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** A stored entry as the JSON text that travels: the canonical texts of the row are taken as they lie, nothing is read and written anew. */
export function entryText(row: EntryRow, disclosure: Disclosure): string {
  const { salt, payload } = row;
  const shown = salt !== null && payload !== null && disclosure(row) === 'whole';
  return `{"header":{"format":${row.format},"hash":${JSON.stringify(row.hash)},"station":${JSON.stringify(row.station)},"sequence":${
    row.sequence
  },"time":"${row.time}","actor":${row.actor},"kind":"${row.kind}","issuer":${JSON.stringify(row.issuer)},"subjects":${
    row.subjects
  },"previous":"${hex(row.previous)}","payloadDigest":"${hex(row.payload_digest)}"},"entryHash":"${hex(row.entry_hash)}","salt":${
    shown ? `"${hex(salt)}"` : 'null'
  },"payload":${shown ? payload : 'null'}}`;
}
