import VisibilityOff from '@mui/icons-material/VisibilityOffOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { CeremonyView } from '#shared/contract/views/key-views.ts';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { KeyHint } from '../../components/key-hint.tsx';
import { Notice } from '../../components/notice.tsx';
import { useCommand } from '../../queries/use-command.ts';
import { station } from '../../wires/station.ts';
import { ComponentField } from './component-field.tsx';
import { StepTitle } from './step-title.tsx';
import { useEntry } from './use-entry.ts';

function Hints() {
  const { t } = useTranslation();
  return (
    <Box sx={{ display: 'flex', gap: 3, flexWrap: 'wrap', color: 'text.secondary', fontSize: '0.8125rem' }}>
      <Box component="span" sx={{ display: 'inline-flex', gap: 1, alignItems: 'center' }}>
        <KeyHint>⌫</KeyHint>
        {t('ceremony.hint.clear')}
      </Box>
      <Box component="span" sx={{ display: 'inline-flex', gap: 1, alignItems: 'center' }}>
        <KeyHint>↵</KeyHint>
        {t('ceremony.hint.end')}
      </Box>
    </Box>
  );
}

interface EnterStepProps {
  readonly ceremony: CeremonyView;
  readonly round: 'first' | 'second';
}

/** One entry of a component: the custodian types, the station counts. */
export function EnterStep({ ceremony, round }: EnterStepProps) {
  const { t } = useTranslation();
  const { characters } = ceremony;
  const field = useRef<HTMLDivElement>(null);
  const entry = useEntry(ceremony);
  const end = useCommand(async () => {
    await entry.settled();
    return station.keys.endEntry({ ceremony: ceremony.ceremony });
  }, entry.take);
  const clear = useCommand(
    () => entry.clear(),
    () => field.current?.focus(),
  );
  const full = entry.count >= characters;
  const finish = () => {
    if (!full || end.isPending) return;
    end.mutate(undefined, { onError: () => void entry.askAgain().then(() => field.current?.focus()) });
  };
  const fault = end.error ?? clear.error ?? (entry.news.kind === 'failed' ? entry.news.thrown : null);
  return (
    <>
      <Box role="status">
        <StepTitle
          title={t(`ceremony.yourTurn.${round}`)}
          detail={t(round === 'first' ? 'ceremony.firstDetail' : 'ceremony.secondDetail', { characters })}
        />
      </Box>
      {fault !== null && <FaultNotice thrown={fault} />}
      {entry.news.kind === 'failed' && <Notice tone="warning" title={t('ceremony.unsure')} />}
      <Box sx={{ display: 'flex', gap: 1.25, alignItems: 'center', fontWeight: 600 }}>
        <VisibilityOff aria-hidden color="secondary" />
        {t('ceremony.alone')}
      </Box>
      <ComponentField
        count={entry.count}
        characters={characters}
        field={field}
        onPress={(press) => {
          if (press.kind === 'clear') clear.mutate(undefined);
          else if (press.kind === 'end') finish();
          else if (!end.isPending && !clear.isPending) entry.press(press);
          if (end.isError) end.reset();
        }}
      />
      <Box role="status" sx={{ minHeight: 24, color: 'text.secondary' }}>
        {entry.news.kind === 'only' && t('ceremony.only')}
        {entry.news.kind === 'paste' && t('ceremony.noPaste')}
        {full && entry.news.kind !== 'paste' && t('ceremony.full', { characters })}
      </Box>
      <Box sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap' }}>
        <Button variant="contained" size="large" disabled={!full} loading={end.isPending} onClick={finish}>
          {t('ceremony.end')}
        </Button>
        <Button
          size="large"
          disabled={end.isPending || (entry.count === 0 && entry.news.kind !== 'failed')}
          loading={clear.isPending}
          onClick={() => clear.mutate(undefined)}
        >
          {t('ceremony.clear')}
        </Button>
      </Box>
      <Hints />
      <Typography variant="body2" color="textSecondary">
        {t('ceremony.stay')}
      </Typography>
    </>
  );
}
