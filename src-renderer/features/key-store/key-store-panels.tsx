import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { Panel } from '../../components/panel.tsx';
import { Shown, SkeletonRows } from '../../components/shown.tsx';
import { MechanismTable } from './mechanism-table.tsx';
import { PoolLevels } from './pool-levels.tsx';
import { StoreState } from './store-state.tsx';
import { useKeyStore } from './use-key-store.ts';

/** The key module: its state and next step, the stock of card key pairs, and what it can do. */
export function KeyStorePanels({ person }: { readonly person: PersonView }) {
  const { t } = useTranslation();
  const view = useKeyStore(person);
  return (
    <>
      <Panel title={t('keyStore.title')}>
        <Shown view={view} skeleton={<SkeletonRows rows={2} />}>
          {(store) => <StoreState store={store} />}
        </Shown>
      </Panel>
      {!view.isError && (
        <>
          <Panel title={t('pool.title')} note={t('pool.note')} padding="none">
            <Shown view={view} skeleton={<SkeletonRows rows={2} />}>
              {(store) => <PoolLevels pool={store.pool} />}
            </Shown>
          </Panel>
          <Panel title={t('mechanisms.title')} note={t('mechanisms.note')} padding="none">
            <Shown view={view} skeleton={<SkeletonRows rows={6} />}>
              {(store) => <MechanismTable mechanisms={store.mechanisms} />}
            </Shown>
          </Panel>
        </>
      )}
    </>
  );
}
