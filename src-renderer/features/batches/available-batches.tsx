import CloudDone from '@mui/icons-material/CloudDoneOutlined';
import Download from '@mui/icons-material/DownloadOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { AvailableBatchView } from '#shared/contract/views/batch-views.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { Panel } from '../../components/panel.tsx';
import { Shown, SkeletonRows } from '../../components/shown.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { formatDate } from '../../format/dates.ts';
import { formatCount } from '../../format/numbers.ts';
import { queryClient } from '../../queries/query-client.ts';
import { useCommand } from '../../queries/use-command.ts';
import { useView } from '../../queries/use-view.ts';
import { goTo } from '../../router/use-route.ts';
import { station } from '../../wires/station.ts';

function AvailableRow({ batch }: { readonly batch: AvailableBatchView }) {
  const { t } = useTranslation();
  const pull = useCommand(
    () => station.batches.pull({ batch: batch.batch }),
    (pulled) => {
      void queryClient.invalidateQueries({ queryKey: ['view', 'batches.available'] });
      goTo({ kind: 'batch', batch: pulled.batch, tab: 'records' });
    },
  );
  return (
    <Box component="li" sx={{ borderTop: 1, borderColor: 'divider', paddingInline: 2.5, paddingBlock: 1.25 }}>
      <Box
        sx={{
          display: 'grid',
          gridTemplateColumns: 'minmax(220px, 2fr) 100px minmax(150px, 1fr) 90px auto',
          alignItems: 'center',
          gap: 2,
        }}
      >
        <Box sx={{ minWidth: 0 }}>
          <Typography sx={{ fontWeight: 600 }}>
            <Identifier>{batch.batch}</Identifier>
          </Typography>
          <Typography variant="caption" component="div" color="textSecondary">
            {batch.issuerTitle} · {batch.productTitle}
          </Typography>
        </Box>
        <Typography variant="body2">
          {t('batches.cards', { count: batch.count, shown: formatCount(batch.count) })}
        </Typography>
        <Typography variant="body2" color="textSecondary">
          {t('batches.dueOn', { date: formatDate(batch.due) })}
        </Typography>
        <span>{batch.priority === 'urgent' && <StateMark tone="warning" label={t('priority.urgent')} />}</span>
        <Button
          variant="contained"
          size="small"
          startIcon={<Download />}
          loading={pull.isPending}
          loadingPosition="start"
          aria-label={t('batches.pullNamed', { batch: batch.batch })}
          onClick={() => pull.mutate(undefined)}
        >
          {t('batches.pull')}
        </Button>
      </Box>
      {pull.isError && (
        <Box sx={{ marginTop: 1.5 }}>
          <FaultNotice thrown={pull.error} />
        </Box>
      )}
    </Box>
  );
}

/** What waits at the CMS for this station, each with its Pull button. */
export function AvailableBatches() {
  const { t } = useTranslation();
  const available = useView({
    call: 'batches.available',
    input: {},
    topics: ['batches', 'sync'],
    ask: (signal) => station.batches.available({}, { signal }),
  });
  return (
    <Panel
      title={t('batches.atCms')}
      note={t('batches.atCmsNote')}
      padding="none"
      actions={
        <Button size="small" loading={available.isFetching} onClick={() => void available.refetch()}>
          {t('batches.look')}
        </Button>
      }
    >
      <Shown view={available} skeleton={<SkeletonRows rows={3} />}>
        {({ batches }) =>
          batches.length === 0 ? (
            <EmptyState icon={<CloudDone />} title={t('batches.noneAtCms')} text={t('batches.noneAtCmsDetail')} />
          ) : (
            <Box component="ul" sx={{ listStyle: 'none', margin: 0, padding: 0, maxHeight: 300, overflowY: 'auto' }}>
              {batches.map((batch) => (
                <AvailableRow key={batch.batch} batch={batch} />
              ))}
            </Box>
          )
        }
      </Shown>
    </Panel>
  );
}
