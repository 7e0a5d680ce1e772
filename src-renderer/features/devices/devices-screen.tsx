import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { Shown, SkeletonRows } from '../../components/shown.tsx';
import { actIn } from '../../format/person.ts';
import { useView } from '../../queries/use-view.ts';
import { station } from '../../wires/station.ts';
import { KeyStorePanels } from '../key-store/key-store-panels.tsx';
import { DeviceTable } from './device-table.tsx';
import { KeyTable } from './key-table.tsx';
import { PairingTable } from './pairing-table.tsx';

/** Printers, readers and the HSM; the keys, without their material. */
export function DevicesScreen({ person }: { readonly person: PersonView }) {
  const { t } = useTranslation();
  const view = useView({
    call: 'devices.list',
    input: {},
    topics: ['devices'],
    ask: (signal) => station.devices.list({}, { signal }),
  });
  const paired = useView({
    call: 'devices.pairings',
    input: {},
    topics: ['devices'],
    ask: (signal) => station.devices.pairings({}, { signal }),
  });
  return (
    <Page title={t('devices.title')}>
      <Panel title={t('devices.enrolled')} note={t('devices.enrolledNote')} padding="none">
        <Shown view={view} skeleton={<SkeletonRows rows={4} />}>
          {({ devices }) => <DeviceTable devices={devices} person={person} />}
        </Shown>
      </Panel>
      <Panel title={t('pairing.title')} note={t('pairing.note')} padding="none">
        <Shown view={paired} skeleton={<SkeletonRows rows={2} />}>
          {({ pairings }) => <PairingTable pairings={pairings} person={person} />}
        </Shown>
      </Panel>
      {actIn(person, 'see-keys') ? (
        <KeyStorePanels person={person} />
      ) : (
        <Panel title={t('keys.title')} note={t('keys.note')} padding="none">
          <Shown view={view} skeleton={<SkeletonRows rows={4} />}>
            {({ keys }) => <KeyTable keys={keys} />}
          </Shown>
        </Panel>
      )}
    </Page>
  );
}
