import type { WindowClient } from '../../e2e/stations/window-client.ts';
import type { Approval } from '../../e2e/flows/views.ts';

/** Has a supervisor sign what was just asked for, in place. */
async function signed(window: WindowClient, asked: Approval, supervisor: string): Promise<void> {
  await window.call('approvals.decide', {
    approval: asked.approval,
    approver: supervisor,
    password: `training-${supervisor}`,
    statementDigest: asked.statementDigest,
    verdict: { kind: 'approve' },
  });
}

/** Books a delivery of blanks in, carries a box to each line and loads it, as two people do. */
export async function stockLines(window: WindowClient, blankType: string, blanks: number): Promise<void> {
  const boxes = ['line-1', 'line-2'].map((line) => ({ line, lot: `BOX-${line}` }));
  const receipt = await window.call<Approval>('stock.requestReceipt', {
    supplier: 'Blanks for the figure',
    supplierReference: 'MEMORY-1',
    lots: boxes.map(({ lot }) => ({ lot, kind: 'blank', blankType, count: blanks, environment: 'test' })),
  });
  await signed(window, receipt, 'sofia');
  const move = await window.call<Approval>('stock.requestMove', {
    packs: boxes.map(({ line, lot }) => ({ lot, from: 'vault', to: `line/${line}`, count: blanks })),
  });
  await signed(window, move, 'sofia');
  for (const { line, lot } of boxes) await window.call('stock.load', { line, lot });
}
