import FormControl from '@mui/material/FormControl';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { Page } from '../../components/page.tsx';
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
          <FormControl>
            <ToggleButtonGroup
              size="small"
              exclusive
              color="primary"
              value={shelf}
              aria-label={t('batches.show')}
              onChange={(_event, next: Shelf | null) => {
                if (next === null) return;
                setShelf(next);
                setPage(0);
              }}
            >
              {shelves.map((one) => (
                <ToggleButton key={one} value={one} sx={{ paddingInline: 1.75 }}>
                  {t(`batches.shelf.${one}`)}
                </ToggleButton>
              ))}
            </ToggleButtonGroup>
          </FormControl>
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
