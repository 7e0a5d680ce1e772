import { createHash } from 'node:crypto';
import { canonicalJson } from '#shared/journal-format/entry.ts';
import type { ChainHead } from '#shared/journal-format/chain.ts';
import type { ApprovalRequest, StatementField } from '../approvals/port.ts';
import type { Forward } from './bring-forward.ts';
import type { Holding } from './hold-orders.ts';

/** The backup that is restored. */
export interface RestoredBackup {
  readonly digest: string;
  readonly made: string;
  readonly head: ChainHead;
}

function words(head: ChainHead | null, none: string): string {
  return head === null ? none : `entry ${head.sequence}, ${head.entryHash.slice(0, 16)}`;
}

/** What two people sign: what is put back, what came from the CMS's copy, what is lost, and what follows. */
export function restorationStatement(
  station: string,
  asker: ApprovalRequest['asker'],
  backup: RestoredBackup | null,
  forward: Forward,
  head: ChainHead,
  holding: Holding,
): ApprovalRequest {
  const { from, copy, registered, lost, unproven, withoutPassword } = forward;
  const subject = {
    backup: backup?.digest ?? null,
    from,
    copy,
    registered,
    head,
    lost,
    unproven,
    ordersHeld: holding.orders,
  };
  const fields: StatementField[] = [
    ...(backup === null
      ? []
      : [
          { label: 'Backup made', value: backup.made },
          { label: 'Backup digest', value: backup.digest },
        ]),
    { label: 'The journal ended at', value: words(from, '') },
    { label: 'Copy of the CMS ends at', value: words(copy, 'not asked: there is no copy') },
    { label: 'The HSM remembers', value: words(registered, 'nothing') },
    { label: 'Entries taken back', value: String(head.sequence - from.sequence) },
    {
      label: 'Of these on the word of the CMS alone',
      value:
        unproven === 0
          ? 'none: the HSM or a signature of this station vouches for each'
          : `${unproven}: entries ${head.sequence - unproven + 1} to ${head.sequence}`,
    },
    {
      label: 'Entries lost',
      value: lost === 0 ? 'none' : `${lost}: entries ${head.sequence + 1} to ${head.sequence + lost}`,
    },
    { label: 'Orders held', value: String(holding.orders) },
    ...(withoutPassword.length === 0
      ? []
      : [{ label: 'People without a password', value: withoutPassword.join(', ') }]),
  ];
  return {
    act: 'backup-restore',
    subject: backup === null ? `journal of ${station}` : `station ${station}`,
    subjectDigest: createHash('sha256').update(canonicalJson(subject), 'utf8').digest('hex'),
    fields,
    issuer: null,
    asker,
    subjects: {},
  };
}
