import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import type { ReactNode } from 'react';
import type { KeyStoreView } from '#shared/contract/views/key-views.ts';
import { Facts } from '../../components/facts.tsx';
import { Notice } from '../../components/notice.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import type { Tone } from '../../components/tone.ts';
import { formatDateTime } from '../../format/dates.ts';

const tones: Readonly<Record<KeyStoreView['state'], Tone>> = {
  ready: 'good',
  busy: 'busy',
  restarting: 'warning',
  lost: 'bad',
  'no-token': 'bad',
  'pin-refused': 'bad',
};

/** What is wrong with the key module and what to do, in the station's words; nothing while it is well. */
export function StoreTrouble({ store, actions }: { readonly store: KeyStoreView; readonly actions?: ReactNode }) {
  if (store.trouble === null) return null;
  const tone = tones[store.state] === 'bad' ? 'bad' : 'warning';
  return (
    <Notice tone={tone} role="alert" title={store.trouble.text} actions={actions}>
      {store.trouble.next}
      <Box component="span" sx={{ display: 'block', marginTop: 0.5, fontSize: '0.8125rem', color: 'text.secondary' }}>
        {store.trouble.code}
      </Box>
    </Notice>
  );
}

/** The key module's state, since when, and what it is. */
export function StoreState({ store }: { readonly store: KeyStoreView }) {
  const { t } = useTranslation();
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1.5, flexWrap: 'wrap' }} role="status">
        <StateMark tone={tones[store.state]} label={t(`keyStore.states.${store.state}`)} />
        <Box component="span" sx={{ fontSize: '0.875rem', color: 'text.secondary' }}>
          {t('keyStore.since', { time: formatDateTime(store.since) })}
        </Box>
        {store.state === 'ready' && <span>{t('keyStore.calm')}</span>}
      </Box>
      <StoreTrouble store={store} />
      <Facts
        form="lines"
        facts={[
          { label: t('keyStore.provider'), value: store.provider },
          { label: t('keyStore.module'), value: store.module },
          { label: t('keyStore.token'), value: store.token },
          {
            label: t('keyStore.notOffered'),
            value: store.notOffered.map((act) => t(`keyStore.acts.${act}`)).join(', '),
          },
        ].filter(({ value }) => value !== '')}
      />
    </Box>
  );
}
