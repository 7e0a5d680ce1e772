import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import type { RegistryKeyView } from '#shared/contract/views/key-views.ts';
import { StateMark } from '../../components/state-mark.tsx';
import type { Tone } from '../../components/tone.ts';
import { formatDate } from '../../format/dates.ts';

const tones: Readonly<Record<RegistryKeyView['state'], Tone>> = {
  'pre-active': 'information',
  active: 'good',
  retired: 'quiet',
  compromised: 'bad',
  destroyed: 'quiet',
};

export function KeyStateMark({ state }: { readonly state: RegistryKeyView['state'] }) {
  const { t } = useTranslation();
  return <StateMark tone={tones[state]} label={t(`keyState.${state}`)} />;
}

/** The last day of a key, with its alarm where there is one. */
export function KeyEnd({ registryKey }: { readonly registryKey: RegistryKeyView }) {
  const { t } = useTranslation();
  const { validUntil, alarm } = registryKey;
  return (
    <Box sx={{ display: 'grid', gap: 0.5, justifyItems: 'start' }}>
      <span>{validUntil === null ? t('registry.noEnd') : formatDate(validUntil)}</span>
      {alarm !== 'none' && (
        <StateMark tone={alarm === 'soon' ? 'warning' : 'bad'} label={t(`registry.alarm.${alarm}`)} />
      )}
    </Box>
  );
}
