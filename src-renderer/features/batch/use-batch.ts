import type { UseQueryResult } from '@tanstack/react-query';
import type { BalanceView, BatchView } from '#shared/contract/views/batch-views.ts';
import { blobOf } from '../../format/base64.ts';
import { useView } from '../../queries/use-view.ts';
import { station } from '../../wires/station.ts';

export function useBatch(batch: string): UseQueryResult<BatchView> {
  return useView({
    call: 'batches.get',
    input: { batch },
    topics: ['batches', 'approvals', 'looks'],
    ask: (signal) => station.batches.get({ batch }, { signal }),
  });
}

export function useBalance(batch: string): UseQueryResult<BalanceView> {
  return useView({
    call: 'batches.balance',
    input: { batch },
    topics: ['batches', 'looks', 'stock'],
    ask: (signal) => station.batches.balance({ batch }, { signal }),
  });
}

/** Fetches the batch report and hands it to the browser as a download. */
export async function downloadReport(batch: string): Promise<string> {
  const { fileName, pdfBase64 } = await station.batches.report({ batch });
  const address = URL.createObjectURL(blobOf(pdfBase64, 'application/pdf'));
  const link = document.createElement('a');
  link.href = address;
  link.download = fileName;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
  return fileName;
}
