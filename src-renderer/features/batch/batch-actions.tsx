import ArrowForward from '@mui/icons-material/ArrowForwardOutlined';
import Download from '@mui/icons-material/FileDownloadOutlined';
import Pause from '@mui/icons-material/PauseOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { BatchView } from '#shared/contract/views/batch-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { actIn } from '../../format/person.ts';
import { useCommand } from '../../queries/use-command.ts';
import { addressOf } from '../../router/route.ts';
import { goTo } from '../../router/use-route.ts';
import { station } from '../../wires/station.ts';
import { nextStep } from './next-step.ts';
import type { BatchCommand } from './next-step.ts';
import { downloadReport } from './use-batch.ts';

/** Gives one command of a batch and goes where it leads. */
async function give(batch: string, command: BatchCommand): Promise<void> {
  switch (command) {
    case 'request-release':
      goTo({ kind: 'approval', approval: (await station.batches.requestRelease({ batch })).approval });
      return;
    case 'request-close':
      goTo({ kind: 'approval', approval: (await station.batches.requestClose({ batch })).approval });
      return;
    case 'start':
      await station.production.start({ batch });
      goTo({ kind: 'run' });
      return;
    case 'resume':
      await station.production.resume({ batch });
      goTo({ kind: 'run' });
      return;
    case 'pause':
      await station.production.pause({ batch });
      return;
    case 'report':
      await downloadReport(batch);
  }
}

interface BatchActionsProps {
  readonly batch: BatchView;
  readonly person: PersonView;
}

/** The next step as one large button, the other commands beside it, and the fault of the last one. */
export function BatchActions({ batch, person }: BatchActionsProps) {
  const { t } = useTranslation();
  const command = useCommand((one: BatchCommand) => give(batch.batch, one));
  const next = nextStep(batch, (act) => actIn(person, act));
  const others = batch.commands.filter((one) => next.kind !== 'command' || one !== next.command);
  return (
    <Box sx={{ display: 'grid', gap: 1, justifyItems: 'end' }}>
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', flexWrap: 'wrap', justifyContent: 'flex-end' }}>
        {others.map((one) => (
          <Button
            key={one}
            size="large"
            startIcon={one === 'pause' ? <Pause /> : one === 'report' ? <Download /> : undefined}
            loading={command.isPending && command.variables === one}
            disabled={command.isPending}
            onClick={() => command.mutate(one)}
          >
            {t(`batch.command.${one}`)}
          </Button>
        ))}
        {next.kind === 'command' && (
          <Button
            variant="contained"
            size="large"
            endIcon={next.command === 'report' ? <Download /> : <ArrowForward />}
            loading={command.isPending && command.variables === next.command}
            disabled={command.isPending}
            onClick={() => command.mutate(next.command)}
          >
            {t(`batch.command.${next.command}`)}
          </Button>
        )}
        {next.kind === 'open' && (
          <Button variant="contained" size="large" endIcon={<ArrowForward />} href={addressOf(next.route)}>
            {next.word === 'look'
              ? t('batch.open.look', { count: batch.counts.looksOutstanding })
              : t(`batch.open.${next.word}`)}
          </Button>
        )}
        {next.kind === 'wait' && (
          <Typography color="textSecondary" sx={{ fontWeight: 500 }}>
            {t(`batch.wait.${next.word}`)}
          </Typography>
        )}
      </Box>
      {command.isError && <FaultNotice thrown={command.error} />}
    </Box>
  );
}
