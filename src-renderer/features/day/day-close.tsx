import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import type { DayView } from '#shared/contract/views/stock-views.ts';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Notice } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { actIn } from '../../format/person.ts';
import { useCommand } from '../../queries/use-command.ts';
import { addressOf } from '../../router/route.ts';
import { goTo } from '../../router/use-route.ts';
import { station } from '../../wires/station.ts';
import { obstacleRoute } from './obstacle-route.ts';

type Obstacle = DayView['obstacles'][number];

function Obstacles({ rows, way }: { readonly rows: readonly Obstacle[]; readonly way: 'with-link' | 'told' }) {
  const { t } = useTranslation();
  return (
    <Box component="ol" sx={{ listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: 1.5 }}>
      {rows.map((row, index) => {
        const route = way === 'with-link' ? obstacleRoute(row.code) : null;
        return (
          <Box
            component="li"
            key={`${row.code} ${index}`}
            sx={{
              display: 'flex',
              gap: 2,
              alignItems: 'flex-start',
              padding: 1.5,
              borderRadius: '10px',
              backgroundColor: 'well',
            }}
          >
            <Box sx={{ flex: 1, minWidth: 0 }}>
              <Typography variant="body2" sx={{ fontWeight: 600 }}>
                {row.text}
              </Typography>
              <Typography variant="body2" color="textSecondary">
                {row.next}
              </Typography>
            </Box>
            {route !== null && (
              <Button size="small" href={addressOf(route)} aria-label={t('day.goNamed', { text: row.text })}>
                {t('day.go')}
              </Button>
            )}
          </Box>
        );
      })}
    </Box>
  );
}

/** A second person signs for the close; differences need a reason too. */
function AskClose({ day }: { readonly day: DayView }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const differs = day.differences.length > 0;
  const ready = !differs || reason.trim() !== '';
  const ask = useCommand(
    () => station.stock.requestDayClose({ reason: differs ? reason : '' }),
    (approval) => goTo({ kind: 'approval', approval: approval.approval }),
  );
  if (day.approval !== null) {
    return (
      <Button variant="contained" size="large" href={addressOf({ kind: 'approval', approval: day.approval })}>
        {t('day.openRequest')}
      </Button>
    );
  }
  return (
    <Box
      component="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) ask.mutate(undefined);
      }}
      sx={{ display: 'grid', gap: 2 }}
    >
      {differs && (
        <TextField
          label={t('day.why')}
          multiline
          minRows={2}
          value={reason}
          onChange={(event) => setReason(event.target.value.slice(0, 400))}
          slotProps={{ inputLabel: { shrink: true } }}
        />
      )}
      {ask.isError && <FaultNotice thrown={ask.error} />}
      <Button
        type="submit"
        variant="contained"
        size="large"
        disabled={!ready}
        loading={ask.isPending}
        sx={{ justifySelf: 'start' }}
      >
        {t('day.askClose')}
      </Button>
    </Box>
  );
}

/** What stands in the way of the close, or the close itself. */
export function DayClose({ day, person }: { readonly day: DayView; readonly person: PersonView }) {
  const { t } = useTranslation();
  const may = actIn(person, 'run-day');
  const blocked = day.obstacles.length > 0;
  return (
    <Panel title={t('day.closing')} note={blocked ? t('day.obstacles', { count: day.obstacles.length }) : undefined}>
      <Box sx={{ display: 'grid', gap: 2 }}>
        {blocked && <Obstacles rows={day.obstacles} way="with-link" />}
        {day.differences.length > 0 && (
          <Box sx={{ display: 'grid', gap: 1 }}>
            <Typography variant="h3">{t('day.differences')}</Typography>
            <Obstacles rows={day.differences} way="told" />
          </Box>
        )}
        {!blocked && day.differences.length === 0 && (
          <Notice tone="good" title={t('day.canClose')}>
            {t('day.canCloseDetail')}
          </Notice>
        )}
        {!may && (
          <Typography variant="body2" color="textSecondary">
            {t('day.noRight')}
          </Typography>
        )}
        {may && !blocked && <AskClose day={day} />}
      </Box>
    </Panel>
  );
}
