import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { DraftSummaryView } from '#shared/contract/views/product-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { Panel } from '../../components/panel.tsx';
import { PlainTable } from '../../components/plain-table.tsx';
import type { Column } from '../../components/plain-table.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { formatDateTime } from '../../format/dates.ts';
import { shortDigest } from '../../format/numbers.ts';
import { actIn } from '../../format/person.ts';
import { addressOf } from '../../router/route.ts';
import { useDrafts } from '../editor/use-draft.ts';

function useColumns(person: PersonView): readonly Column<DraftSummaryView>[] {
  const { t } = useTranslation();
  const mayEdit = actIn(person, 'edit-products');
  return [
    {
      key: 'draft',
      head: t('drafts.draft'),
      cell: ({ item, name }) => (
        <>
          {mayEdit ? <Link href={addressOf({ kind: 'draft', item, name, tab: 'form' })}>{name}</Link> : name}
          <Typography variant="caption" component="p" color="textSecondary">
            {t(`drafts.item.${item}`)}
          </Typography>
        </>
      ),
    },
    { key: 'issuer', head: t('products.column.issuer'), cell: ({ issuer }) => issuer ?? t('drafts.nobodys') },
    { key: 'by', head: t('drafts.savedBy'), cell: ({ savedBy }) => savedBy },
    { key: 'at', head: t('drafts.savedAt'), cell: ({ savedAt }) => formatDateTime(savedAt) },
    {
      key: 'state',
      head: t('drafts.state'),
      cell: ({ approval }) =>
        approval === null ? (
          <StateMark tone="quiet" label={t('drafts.begun')} />
        ) : (
          <Link href={addressOf({ kind: 'approval', approval })}>{t('drafts.waits')}</Link>
        ),
    },
    {
      key: 'digest',
      head: t('products.column.digest'),
      width: 'content',
      cell: ({ digest }) => <Identifier>{shortDigest(digest)}</Identifier>,
    },
  ];
}

/** What people are working on; nothing is shown while there is nothing. */
export function DraftList({ person }: { readonly person: PersonView }) {
  const { t } = useTranslation();
  const columns = useColumns(person);
  const view = useDrafts();
  if (view.isError) return <FaultNotice thrown={view.error} onRetry={() => void view.refetch()} />;
  if (view.data === undefined || view.data.drafts.length === 0) return null;
  return (
    <Panel title={t('drafts.title')} note={t('drafts.note')} padding="none">
      <PlainTable
        label={t('drafts.title')}
        columns={columns}
        rows={view.data.drafts}
        keyOf={({ item, name }) => `${item} ${name}`}
      />
    </Panel>
  );
}
