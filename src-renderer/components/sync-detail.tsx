import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useTranslation } from 'react-i18next';
import type { SyncView } from '#shared/contract/views/evidence-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { formatDateTimeSecond } from '../format/dates.ts';
import { formatCount } from '../format/numbers.ts';
import { actIn } from '../format/person.ts';
import { useCommand } from '../queries/use-command.ts';
import { station } from '../wires/station.ts';
import { Facts } from './facts.tsx';
import { FaultNotice } from './fault-notice.tsx';
import { Notice } from './notice.tsx';

/** All that is known of the connection to the CMS, and the button that sends now. */
export function SyncDetail({ sync, person }: { readonly sync: SyncView; readonly person: PersonView }) {
  const { t } = useTranslation();
  const now = useCommand(() => station.sync.now({}));
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      {sync.trouble !== null && (
        <Notice tone="bad" title={sync.trouble.text}>
          {sync.trouble.next}
        </Notice>
      )}
      <Facts
        form="lines"
        facts={[
          { label: t('sync.cms'), value: sync.cms },
          { label: t('sync.stateLabel'), value: t(`syncState.${sync.state}`) },
          { label: t('sync.acknowledged'), value: formatCount(sync.acknowledged) },
          { label: t('sync.queued'), value: formatCount(sync.queued) },
          {
            label: t('sync.lastContact'),
            value: sync.lastContact === null ? t('sync.never') : formatDateTimeSecond(sync.lastContact),
          },
        ]}
      />
      {now.isError && <FaultNotice thrown={now.error} />}
      {actIn(person, 'run-sync') && (
        <Button variant="contained" loading={now.isPending} onClick={() => now.mutate(undefined)}>
          {t('sync.now')}
        </Button>
      )}
    </Box>
  );
}
