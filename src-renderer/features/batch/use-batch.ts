import type { UseQueryResult } from '@tanstack/react-query';
import type { BalanceView, BatchView } from '#shared/contract/views/batch-views.ts';
import { handOverFile } from '../../format/hand-over-file.ts';
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
  handOverFile(fileName, pdfBase64, 'application/pdf');
  return fileName;
}
