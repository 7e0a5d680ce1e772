import TaskAlt from '@mui/icons-material/TaskAltOutlined';
import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Paper from '@mui/material/Paper';
import Skeleton from '@mui/material/Skeleton';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { EmptyState } from '../../components/empty-state.tsx';
import { Page } from '../../components/page.tsx';
import { Shown } from '../../components/shown.tsx';
import { addressOf } from '../../router/route.ts';
import { DecidedLooks } from './decided-looks.tsx';
import { LookPanel } from './look-panel.tsx';
import { useLooks } from './use-looks.ts';

/** Cards that wait for a person's look, one after the other. */
export function LooksScreen({ batch }: { readonly batch: string | null }) {
  const { t } = useTranslation();
  const view = useLooks(batch, 'outstanding');
  const [place, setPlace] = useState(0);
  return (
    <Page
      title={batch === null ? t('looks.title') : t('looks.titleOf', { batch })}
      above={
        batch !== null && (
          <Link href={addressOf({ kind: 'batch', batch, tab: 'balance' })} variant="body2">
            {t('looks.back')}
          </Link>
        )
      }
    >
      <Shown view={view} skeleton={<Skeleton variant="rounded" height={420} />}>
        {({ looks }) => {
          const shown = Math.min(place, looks.length - 1);
          const look = looks[shown];
          return look === undefined ? (
            <Paper variant="outlined">
              <EmptyState icon={<TaskAlt />} title={t('looks.empty')} text={t('looks.emptyDetail')} />
            </Paper>
          ) : (
            <LookPanel
              key={look.attempt}
              look={look}
              place={shown}
              count={looks.length}
              onGo={(step) => setPlace(Math.max(0, Math.min(looks.length - 1, shown + step)))}
            />
          );
        }}
      </Shown>
      <Box>
        <DecidedLooks batch={batch} />
      </Box>
    </Page>
  );
}
