import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { Shown, SkeletonRows } from '../../components/shown.tsx';
import { actIn } from '../../format/person.ts';
import { useView } from '../../queries/use-view.ts';
import { station } from '../../wires/station.ts';
import { DeviceTable } from './device-table.tsx';
import { KeyTable } from './key-table.tsx';
import { LotTable } from './lot-table.tsx';

/** Printers, readers and the HSM; the blanks that are loaded; the keys, without their material. */
export function DevicesScreen({ person }: { readonly person: PersonView }) {
  const { t } = useTranslation();
  const view = useView({
    call: 'devices.list',
    input: {},
    topics: ['devices'],
    ask: (signal) => station.devices.list({}, { signal }),
  });
  return (
    <Page title={t('devices.title')}>
      <Panel title={t('devices.enrolled')} note={t('devices.enrolledNote')} padding="none">
        <Shown view={view} skeleton={<SkeletonRows rows={4} />}>
          {({ devices }) => <DeviceTable devices={devices} person={person} />}
        </Shown>
      </Panel>
      <Box sx={{ display: 'grid', gap: 2.5, gridTemplateColumns: { xs: '1fr', xl: '1fr 1fr' }, alignItems: 'start' }}>
        {actIn(person, 'see-stock') && (
          <LotTable
            person={person}
            lines={[
              ...new Set((view.data?.devices ?? []).flatMap((device) => (device.line === null ? [] : [device.line]))),
            ].sort()}
          />
        )}
        <Panel title={t('keys.title')} note={t('keys.note')} padding="none">
          <Shown view={view} skeleton={<SkeletonRows rows={4} />}>
            {({ keys }) => <KeyTable keys={keys} />}
          </Shown>
        </Panel>
      </Box>
    </Page>
  );
}
