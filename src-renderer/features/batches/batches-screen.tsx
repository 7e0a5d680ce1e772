import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { Page } from '../../components/page.tsx';
import { OneOf } from '../../components/one-of.tsx';
import { Panel } from '../../components/panel.tsx';
import { Shown, SkeletonRows } from '../../components/shown.tsx';
import { actIn } from '../../format/person.ts';
import { useView } from '../../queries/use-view.ts';
import { station } from '../../wires/station.ts';
import { AvailableBatches } from './available-batches.tsx';
import { BatchTable } from './batch-table.tsx';

const PAGE = 50;
type Shelf = 'open' | 'closed' | 'all';
const shelves: readonly Shelf[] = ['open', 'closed', 'all'];

/** The batches of this station, and those that wait at the CMS. */
export function BatchesScreen({ person }: { readonly person: PersonView }) {
  const { t } = useTranslation();
  const [shelf, setShelf] = useState<Shelf>('open');
  const [page, setPage] = useState(0);
  const input = { state: shelf, offset: page * PAGE, limit: PAGE };
  const list = useView({
    call: 'batches.list',
    input,
    topics: ['batches'],
    ask: (signal) => station.batches.list(input, { signal }),
    between: 'keep-page',
  });
  return (
    <Page title={t('batches.title')}>
      {actIn(person, 'pull-batch') && <AvailableBatches />}
      <Panel
        title={t('batches.here')}
        padding="none"
        actions={
          <OneOf
            label={t('batches.show')}
            value={shelf}
            options={shelves.map((one) => ({ value: one, label: t(`batches.shelf.${one}`) }))}
            onChange={(next) => {
              setShelf(next);
              setPage(0);
            }}
          />
        }
      >
        <Shown view={list} skeleton={<SkeletonRows rows={6} />}>
          {(data) => (
            <BatchTable
              batches={data.batches}
              total={data.total}
              page={page}
              pageSize={PAGE}
              onPage={setPage}
              shelf={shelf}
            />
          )}
        </Shown>
      </Panel>
    </Page>
  );
}
