import ArrowBack from '@mui/icons-material/ArrowBackOutlined';
import ArrowForward from '@mui/icons-material/ArrowForwardOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { useEffect, useRef, useState } from 'react';
import type { KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { LookView } from '#shared/contract/views/line-views.ts';
import { CardPicture } from '../../components/card-picture.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { KeyHint } from '../../components/key-hint.tsx';
import { formatDateTime } from '../../format/dates.ts';
import { queryClient } from '../../queries/query-client.ts';
import { useCommand } from '../../queries/use-command.ts';
import { station } from '../../wires/station.ts';
import { LookDecision } from './look-decision.tsx';
import type { BadReason, Draft } from './look-decision.tsx';
import { lookKey } from './look-keys.ts';

interface LookPanelProps {
  readonly look: LookView;
  readonly place: number;
  readonly count: number;
  readonly onGo: (step: -1 | 1) => void;
}

const untouched: Draft = { kind: 'undecided', remark: '' };

function isField(target: EventTarget): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

/** One card to look at: both sides large, and the answer. */
export function LookPanel({ look, place, count, onGo }: LookPanelProps) {
  const { t } = useTranslation();
  const panel = useRef<HTMLDivElement>(null);
  const [draft, setDraft] = useState<Draft>(untouched);
  useEffect(() => panel.current?.focus({ preventScroll: true }), []);
  const decide = useCommand(
    (answer: { readonly result: 'good' | 'bad'; readonly reasonCode: BadReason | 'as-proof' }) =>
      station.looks.decide({ attempt: look.attempt, ...answer, remark: draft.remark.trim() }),
    () => void queryClient.invalidateQueries({ queryKey: ['view', 'looks.list'] }),
  );
  const good = () => decide.mutate({ result: 'good', reasonCode: 'as-proof' });
  const onKeyDown = (event: KeyboardEvent) => {
    if (isField(event.target)) return;
    const key = lookKey(event);
    if (key === null || decide.isPending) return;
    event.preventDefault();
    if (key === 'next') onGo(1);
    if (key === 'previous') onGo(-1);
    if (key === 'good' && draft.kind === 'undecided') good();
    if (key === 'bad') setDraft({ kind: 'bad', reason: null, remark: draft.remark });
  };
  return (
    <Paper
      ref={panel}
      component="section"
      variant="outlined"
      tabIndex={-1}
      aria-label={t('looks.panel', { place: place + 1, count })}
      onKeyDown={onKeyDown}
      sx={{
        padding: 2.5,
        display: 'grid',
        gap: 2.5,
        '&:focus-visible': { outline: 'none', borderColor: 'primary.main' },
      }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, flexWrap: 'wrap' }}>
        <Box sx={{ flex: 1, minWidth: 260 }}>
          <Typography variant="h2">
            <Identifier>{look.maskedPan ?? look.order}</Identifier>
          </Typography>
          <Typography variant="body2" color="textSecondary">
            {t('looks.line', {
              reason: t(`lookReason.${look.reason}`),
              batch: look.batch,
              order: look.order,
              line: look.line,
              time: formatDateTime(look.asked),
            })}
          </Typography>
        </Box>
        <Box sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
          <Button
            size="small"
            startIcon={<ArrowBack />}
            endIcon={<KeyHint>←</KeyHint>}
            disabled={place === 0}
            onClick={() => onGo(-1)}
          >
            {t('looks.previous')}
          </Button>
          <Typography variant="body2" color="textSecondary" role="status">
            {t('looks.place', { place: place + 1, count })}
          </Typography>
          <Button
            size="small"
            startIcon={<ArrowForward />}
            endIcon={<KeyHint>→</KeyHint>}
            disabled={place + 1 >= count}
            onClick={() => onGo(1)}
          >
            {t('looks.next')}
          </Button>
        </Box>
      </Box>
      <Box sx={{ display: 'grid', gap: 2.5, gridTemplateColumns: '1fr 1fr', maxWidth: 1240 }}>
        <CardPicture attempt={look.attempt} side="front" />
        <CardPicture attempt={look.attempt} side="back" />
      </Box>
      <LookDecision
        draft={draft}
        pending={decide.isPending ? 'yes' : 'no'}
        fault={decide.error}
        onChange={setDraft}
        onGood={good}
        onBad={() => {
          if (draft.kind === 'bad' && draft.reason !== null) decide.mutate({ result: 'bad', reasonCode: draft.reason });
        }}
      />
    </Paper>
  );
}
