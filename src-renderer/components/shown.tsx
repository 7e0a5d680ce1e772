import type { UseQueryResult } from '@tanstack/react-query';
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';
import { FaultNotice } from './fault-notice.tsx';

/** Grey lines where a list will be. */
export function SkeletonRows({ rows, height = 44 }: { readonly rows: number; readonly height?: number }) {
  const { t } = useTranslation();
  return (
    <Box role="status" aria-label={t('common.loading')} sx={{ display: 'grid', gap: 1, padding: 2 }}>
      {Array.from({ length: rows }, (_, index) => (
        <Skeleton key={index} variant="rounded" height={height} />
      ))}
    </Box>
  );
}

interface ShownProps<T> {
  readonly view: UseQueryResult<T>;
  readonly skeleton: ReactNode;
  readonly children: (data: T) => ReactNode;
}

/** The three faces of a view: being asked for, failed with a way on, there. Data once shown stay while they are asked for again. */
export function Shown<T>({ view, skeleton, children }: ShownProps<T>) {
  if (view.data !== undefined) return <>{children(view.data)}</>;
  if (view.isError) {
    return (
      <Box sx={{ padding: 2 }}>
        <FaultNotice thrown={view.error} onRetry={() => void view.refetch()} />
      </Box>
    );
  }
  return <>{skeleton}</>;
}
