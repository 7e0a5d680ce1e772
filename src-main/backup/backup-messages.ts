import type { FaultDetails } from '#shared/faults/station-fault.ts';
import type { ChainHead } from '#shared/journal-format/chain.ts';
import type { BackupHeader, BackupManifest } from './container-format.ts';

/** What the backup's process is to write. The key comes over its channel, as to the key process, and stands nowhere else. */
export interface BackupTask {
  /** The file to make; it must not exist. */
  readonly file: string;
  readonly header: BackupHeader;
  readonly databaseKey: Uint8Array;
  /** The database file, held still until `copied`. */
  readonly database: string;
  /** The other files, by their names in the backup. */
  readonly files: readonly { readonly name: string; readonly path: string }[];
  readonly head: ChainHead;
  readonly signingKey: BackupManifest['signingKey'];
}

export type ToBackupProcess =
  { readonly kind: 'make'; readonly task: BackupTask } | { readonly kind: 'signed'; readonly signature: Uint8Array };

export type FromBackupProcess =
  | { readonly kind: 'copied' }
  | { readonly kind: 'sign'; readonly manifest: string }
  | { readonly kind: 'made'; readonly digest: string; readonly size: number }
  | { readonly kind: 'failed'; readonly code: string; readonly details: FaultDetails };
