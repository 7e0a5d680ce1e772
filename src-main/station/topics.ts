import type { Topic } from '#shared/contract/topic.ts';

const byPrefix: readonly (readonly [string, readonly Topic[]])[] = [
  ['batch.', ['batches']],
  ['order.', ['batches']],
  ['grant.', ['batches', 'sync']],
  ['station.declared-lost', ['batches', 'sync']],
  ['attempt.started', ['batches', 'stock']],
  ['attempt.ended', ['batches', 'stock']],
  ['attempt.', []],
  ['approval.', ['approvals', 'batches', 'devices', 'keys', 'products', 'applets']],
  ['look.', ['looks', 'batches']],
  ['lot.', ['stock', 'devices']],
  ['stock.', ['stock']],
  ['blank.', ['stock']],
  ['ribbon.', ['stock']],
  ['count.', ['stock', 'batches']],
  ['day.', ['stock', 'batches']],
  ['destruction.', ['stock']],
  ['device.', ['devices']],
  ['line.', ['devices']],
  ['key.pool-taken', []],
  ['key.', ['devices', 'keys']],
  ['scheme-authority.', ['devices', 'keys']],
  ['issuer-certificate.', ['devices', 'keys']],
  ['product-draft.', ['products']],
  ['product.', ['products', 'batches']],
  ['applet.', ['applets']],
  ['sync.', ['sync']],
  ['session.', ['session']],
];

/** Which views an event makes stale; every event makes the journal's stale. */
export function topicsOf(kind: string): readonly Topic[] {
  const row = byPrefix.find(([prefix]) => kind.startsWith(prefix));
  return row === undefined ? ['journal'] : ['journal', ...row[1]];
}
