import { eventually } from '../stations/eventually.ts';
import type { RunningStation } from '../stations/training-station.ts';
import type { WindowClient } from '../stations/window-client.ts';
import { BatchFlow } from './batch-flow.ts';

/** Has the training CMS make a batch of new orders and returns its name once the station sees it. */
export async function batchAtCms(
  station: RunningStation,
  product:
    | 'emv-debit@1'
    | 'debit-online-sda@1'
    | 'debit-online-dda@1'
    | 'debit-offline-cda@1'
    | 'debit-enciphered-cda@1'
    | 'debit-loyalty-dual@1'
    | 'debit-dual-cda@1'
    | 'debit-scp02-dda@1'
    | 'debit-loaded-dda@1'
    | 'loyalty-stripe@1'
    | 'gift-print@1',
  count: number,
): Promise<string> {
  const { batch } = await station.toCms({ make: { product, count, priority: 'urgent' } });
  return String(batch);
}

/** A released batch of new orders. */
export async function releasedBatch(station: RunningStation, window: WindowClient, count: number): Promise<BatchFlow> {
  const flow = new BatchFlow(window, await batchAtCms(station, 'emv-debit@1', count));
  await flow.pull();
  await flow.until('ready');
  await flow.release();
  return flow;
}

/** Waits until the CMS holds every entry that the station has. */
export async function inStep(window: WindowClient): Promise<void> {
  await window.call('sync.now');
  await eventually('the CMS in step', async () => {
    const { queued } = await window.call<{ queued: number }>('sync.state');
    return queued === 0 ? 'yes' : undefined;
  });
}
