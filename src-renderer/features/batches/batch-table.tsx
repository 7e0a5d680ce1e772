import Inbox from '@mui/icons-material/InboxOutlined';
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Table from '@mui/material/Table';
import TableBody from '@mui/material/TableBody';
import TableCell from '@mui/material/TableCell';
import TableContainer from '@mui/material/TableContainer';
import TableHead from '@mui/material/TableHead';
import TablePagination from '@mui/material/TablePagination';
import TableRow from '@mui/material/TableRow';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { BatchView } from '#shared/contract/views/batch-views.ts';
import { BatchStateMark } from '../../components/batch-state-mark.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { ProgressBar } from '../../components/progress-bar.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { formatDate } from '../../format/dates.ts';
import { formatCount } from '../../format/numbers.ts';
import { addressOf } from '../../router/route.ts';

function BatchRow({ batch }: { readonly batch: BatchView }) {
  const { t } = useTranslation();
  const { counts } = batch;
  const wanted = counts.total - counts.held;
  return (
    <TableRow hover>
      <TableCell component="th" scope="row">
        <Link href={addressOf({ kind: 'batch', batch: batch.batch, tab: 'records' })} sx={{ fontWeight: 650 }}>
          <Identifier>{batch.batch}</Identifier>
        </Link>
        <Typography variant="caption" component="div" color="textSecondary">
          {batch.issuerTitle}
        </Typography>
      </TableCell>
      <TableCell>{batch.productTitle}</TableCell>
      <TableCell>
        <Box sx={{ display: 'flex', gap: 0.75, flexWrap: 'wrap' }}>
          <BatchStateMark state={batch.state} />
          {batch.priority === 'urgent' && <StateMark tone="warning" label={t('priority.urgent')} />}
        </Box>
      </TableCell>
      <TableCell sx={{ minWidth: 170 }}>
        <Typography variant="caption" component="div">
          {wanted > 0 && t('batches.madeOf', { made: formatCount(counts.made), wanted: formatCount(wanted) })}
          {wanted > 0 && counts.held > 0 && ' · '}
          {counts.held > 0 && `${t('batches.held', { count: counts.held, shown: formatCount(counts.held) })}`}
        </Typography>
        {wanted > 0 && (
          <ProgressBar label={t('batches.progress', { batch: batch.batch })} part={counts.made / wanted} />
        )}
      </TableCell>
      <TableCell sx={{ whiteSpace: 'nowrap' }}>{formatDate(batch.due)}</TableCell>
    </TableRow>
  );
}

interface BatchTableProps {
  readonly batches: readonly BatchView[];
  readonly total: number;
  readonly page: number;
  readonly pageSize: number;
  readonly onPage: (page: number) => void;
  readonly shelf: 'open' | 'closed' | 'all';
}

/** Batches in lines, one page at a time. */
export function BatchTable({ batches, total, page, pageSize, onPage, shelf }: BatchTableProps) {
  const { t } = useTranslation();
  if (batches.length === 0) {
    return <EmptyState icon={<Inbox />} title={t(`batches.empty.${shelf}`)} text={t('batches.emptyDetail')} />;
  }
  return (
    <>
      <TableContainer>
        <Table size="small">
          <TableHead>
            <TableRow>
              <TableCell>{t('batches.column.batch')}</TableCell>
              <TableCell>{t('batches.column.product')}</TableCell>
              <TableCell>{t('batches.column.state')}</TableCell>
              <TableCell>{t('batches.column.cards')}</TableCell>
              <TableCell>{t('batches.column.due')}</TableCell>
            </TableRow>
          </TableHead>
          <TableBody>
            {batches.map((batch) => (
              <BatchRow key={batch.batch} batch={batch} />
            ))}
          </TableBody>
        </Table>
      </TableContainer>
      {total > pageSize && (
        <TablePagination
          component="div"
          count={total}
          page={page}
          rowsPerPage={pageSize}
          rowsPerPageOptions={[pageSize]}
          onPageChange={(_event, next) => onPage(next)}
        />
      )}
    </>
  );
}
