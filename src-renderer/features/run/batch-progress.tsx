import ArrowForward from '@mui/icons-material/ArrowForwardOutlined';
import Pause from '@mui/icons-material/PauseOutlined';
import PlayArrow from '@mui/icons-material/PlayArrowOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import { batchState } from '#shared/contract/views/batch-views.ts';
import type { ProductionView } from '#shared/contract/views/line-views.ts';
import { BatchStateMark } from '../../components/batch-state-mark.tsx';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { Notice } from '../../components/notice.tsx';
import { ProgressBar } from '../../components/progress-bar.tsx';
import { formatTime } from '../../format/dates.ts';
import { formatCount, formatPercent } from '../../format/numbers.ts';
import { useCommand } from '../../queries/use-command.ts';
import { addressOf } from '../../router/route.ts';
import { station } from '../../wires/station.ts';
import { useBatch } from '../batch/use-batch.ts';
import { GrantLeft } from './grant-left.tsx';

type RunBatch = NonNullable<ProductionView['batch']>;

function Commands({ batch }: { readonly batch: RunBatch }) {
  const { t } = useTranslation();
  const view = useBatch(batch.batch);
  const pause = useCommand(() => station.production.pause({ batch: batch.batch }));
  const resume = useCommand(() => station.production.resume({ batch: batch.batch }));
  const allowed = view.data?.commands ?? [];
  const fault = pause.error ?? resume.error;
  return (
    <Box sx={{ display: 'grid', gap: 1, justifyItems: 'end' }}>
      {allowed.includes('pause') && (
        <Button
          size="large"
          startIcon={<Pause />}
          loading={pause.isPending}
          loadingPosition="start"
          onClick={() => pause.mutate(undefined)}
        >
          {t('batch.command.pause')}
        </Button>
      )}
      {allowed.includes('resume') && (
        <Button
          variant="contained"
          size="large"
          startIcon={<PlayArrow />}
          loading={resume.isPending}
          loadingPosition="start"
          onClick={() => resume.mutate(undefined)}
        >
          {t('batch.command.resume')}
        </Button>
      )}
      {batch.state === 'made' && (
        <Button
          variant="contained"
          size="large"
          endIcon={<ArrowForward />}
          href={addressOf({ kind: 'batch', batch: batch.batch, tab: 'balance' })}
        >
          {t('run.toBalance')}
        </Button>
      )}
      {fault !== null && <FaultNotice thrown={fault} />}
    </Box>
  );
}

/** How far the batch on the lines is, measured from the cards made. */
export function BatchProgress({ batch }: { readonly batch: RunBatch }) {
  const { t } = useTranslation();
  const wanted = batch.made + batch.remaining;
  const part = wanted === 0 ? 1 : batch.made / wanted;
  const state = batchState.safeParse(batch.state);
  return (
    <Paper
      component="section"
      variant="outlined"
      aria-label={t('run.batch')}
      sx={{ paddingInline: 2.5, paddingBlock: 1.75, display: 'grid', gap: 1 }}
    >
      <Box sx={{ display: 'flex', gap: 2, alignItems: 'center', flexWrap: 'wrap' }}>
        <Box sx={{ flex: 1, display: 'flex', gap: 1.5, alignItems: 'center', minWidth: 240 }}>
          <Link
            href={addressOf({ kind: 'batch', batch: batch.batch, tab: 'cards' })}
            sx={{ fontWeight: 650, fontSize: '1.125rem' }}
          >
            <Identifier>{batch.batch}</Identifier>
          </Link>
          {state.success ? <BatchStateMark state={state.data} /> : <span>{batch.state}</span>}
        </Box>
        {batch.grant !== null && batch.remaining > 0 && <GrantLeft grant={batch.grant} remaining={batch.remaining} />}
        <Commands batch={batch} />
      </Box>
      <Box>
        <Box sx={{ display: 'flex', justifyContent: 'space-between', marginBottom: 0.75 }}>
          <Typography variant="body2" sx={{ fontWeight: 600 }}>
            {t('batches.madeOf', { made: formatCount(batch.made), wanted: formatCount(wanted) })} ·{' '}
            {formatPercent(part)}
            <Box component="span" sx={{ fontWeight: 400, color: 'text.secondary' }}>
              {' · '}
              {t('run.tally', {
                remaining: formatCount(batch.remaining),
                rejected: formatCount(batch.rejected),
                held: formatCount(batch.held),
              })}
            </Box>
          </Typography>
          <Typography variant="body2" color="textSecondary">
            {batch.remaining === 0
              ? t('run.allMade')
              : batch.finishes === null
                ? t('run.finishUnknown')
                : t('run.finishes', { time: formatTime(batch.finishes) })}
          </Typography>
        </Box>
        <ProgressBar label={t('batches.progress', { batch: batch.batch })} part={part} />
      </Box>
      {batch.waits !== null && (
        <Notice tone="warning" role="status" title={batch.waits.text}>
          {batch.waits.next}
        </Notice>
      )}
    </Paper>
  );
}
