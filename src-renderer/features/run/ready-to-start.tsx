import PlayArrow from '@mui/icons-material/PlayArrowOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { BatchView } from '#shared/contract/views/batch-views.ts';
import { BatchStateMark } from '../../components/batch-state-mark.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { Panel } from '../../components/panel.tsx';
import { Shown, SkeletonRows } from '../../components/shown.tsx';
import { useCommand } from '../../queries/use-command.ts';
import { useView } from '../../queries/use-view.ts';
import { addressOf } from '../../router/route.ts';
import { station } from '../../wires/station.ts';

function ReadyRow({ batch }: { readonly batch: BatchView }) {
  const { t } = useTranslation();
  const again = batch.commands.includes('resume');
  const start = useCommand(() =>
    again ? station.production.resume({ batch: batch.batch }) : station.production.start({ batch: batch.batch }),
  );
  const word = t(again ? 'batch.command.resume' : 'batch.command.start');
  return (
    <Box
      component="li"
      sx={{ borderTop: 1, borderColor: 'divider', paddingInline: 2.5, paddingBlock: 1.25, display: 'grid', gap: 1 }}
    >
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'center' }}>
        <Box sx={{ flex: 1 }}>
          <Typography sx={{ fontWeight: 600 }}>
            <Identifier>{batch.batch}</Identifier>
          </Typography>
          <Typography variant="caption" color="textSecondary">
            {batch.issuerTitle} · {batch.productTitle}
          </Typography>
        </Box>
        <BatchStateMark state={batch.state} />
        <Button
          variant="contained"
          startIcon={<PlayArrow />}
          loading={start.isPending}
          loadingPosition="start"
          aria-label={`${word}: ${batch.batch}`}
          onClick={() => start.mutate(undefined)}
        >
          {word}
        </Button>
      </Box>
      {start.isError && <FaultNotice thrown={start.error} />}
    </Box>
  );
}

/** Released batches that could go on the lines now. */
export function ReadyToStart() {
  const { t } = useTranslation();
  const input = { state: 'open' as const, offset: 0, limit: 100 };
  const view = useView({
    call: 'batches.list',
    input,
    topics: ['batches'],
    ask: (signal) => station.batches.list(input, { signal }),
  });
  return (
    <Panel title={t('run.readyToStart')} padding="none">
      <Shown view={view} skeleton={<SkeletonRows rows={2} />}>
        {({ batches }) => {
          const ready = batches.filter((one) => one.commands.includes('start') || one.commands.includes('resume'));
          return ready.length === 0 ? (
            <EmptyState
              icon={<PlayArrow />}
              title={t('run.nothingReady')}
              text={t('run.nothingReadyDetail')}
              action={<Button href={addressOf({ kind: 'batches' })}>{t('run.toBatches')}</Button>}
            />
          ) : (
            <Box component="ul" sx={{ listStyle: 'none', margin: 0, padding: 0 }}>
              {ready.map((batch) => (
                <ReadyRow key={batch.batch} batch={batch} />
              ))}
            </Box>
          );
        }}
      </Shown>
    </Panel>
  );
}
