import { StationFault } from '#shared/faults/station-fault.ts';
import type { KeyRow } from '../../journal/projections/keys.ts';
import type { KeyIdentity } from '../port.ts';
import type { RegistryPorts } from './registry-ports.ts';
import { endOfUse } from './usable-keys.ts';

export type KeyAlarm = 'none' | 'soon' | 'expired' | 'missing-in-store';

/** One key as the registry shows it: what the journal says, completed by what the key store lists. */
export interface ListedKey extends KeyRow {
  readonly alarm: KeyAlarm;
  readonly askedBy: string | null;
  readonly approvedBy: readonly string[];
}

/** From so many milliseconds before the end of its use on a key is told of. */
const soon = 30 * 86_400_000;

/** How near the end of its use a key is; ended and unused ones alarm nobody. */
export function alarmOf(
  { state, validUntil }: Pick<KeyRow, 'state' | 'validUntil'>,
  at: Date,
): 'none' | 'soon' | 'expired' {
  const end = endOfUse(validUntil);
  if (end === null || (state !== 'active' && state !== 'pre-active')) return 'none';
  if (at >= end) return 'expired';
  return end.getTime() - at.getTime() <= soon ? 'soon' : 'none';
}

function foreign(identity: KeyIdentity): KeyRow {
  const { name, usage, algorithm, kcv, environment, issuer, version, kcvMethod, size = null } = identity;
  return {
    name,
    usage,
    algorithm,
    kcv,
    environment,
    issuer,
    version,
    kcvMethod,
    size,
    madeAt: null,
    destroyedAt: null,
    wayIn: 'made',
    validUntil: null,
    state: 'pre-active',
    approval: null,
  };
}

function completed(row: KeyRow, identity: KeyIdentity | undefined): KeyRow {
  const algorithm = row.algorithm ?? identity?.algorithm ?? null;
  return {
    ...row,
    algorithm,
    kcvMethod: row.kcvMethod ?? identity?.kcvMethod ?? null,
    size: row.size ?? identity?.size ?? null,
  };
}

/**
 * Every key of the registry; those of batches, which come and go with them, are not listed. Where the key store cannot be asked the journal
 * alone answers, and nothing is said to be missing.
 */
export async function listKeys(ports: RegistryPorts, signal: AbortSignal): Promise<readonly ListedKey[]> {
  const { journal, keys, clock } = ports;
  const stored = await keys.list(signal).catch((fault: unknown) => {
    if (fault instanceof StationFault) return null;
    throw fault;
  });
  const { projections } = journal;
  const now = clock.now();
  const rows = projections.keys.all();
  const known = new Set(rows.map(({ name }) => name));
  const identities = new Map((stored ?? []).map((identity) => [identity.name, identity]));
  const unknown = [...identities.values()].filter(({ name }) => !known.has(name)).map(foreign);
  return [...rows.map((row) => completed(row, identities.get(row.name))), ...unknown]
    .filter(({ usage }) => usage !== 'batch-wrapping')
    .map((row) => {
      const approval = row.approval === null ? null : projections.approvals.find(row.approval);
      const missing = stored !== null && row.state !== 'destroyed' && !identities.has(row.name);
      return {
        ...row,
        alarm: missing ? 'missing-in-store' : alarmOf(row, now),
        askedBy: approval?.asker ?? null,
        approvedBy:
          row.approval === null
            ? []
            : projections.approvals
                .signers(row.approval)
                .filter(({ verdict }) => verdict === 'approve')
                .map(({ approver }) => approver),
      };
    });
}
