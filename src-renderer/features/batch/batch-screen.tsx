import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import Paper from '@mui/material/Paper';
import Skeleton from '@mui/material/Skeleton';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { BatchView } from '#shared/contract/views/batch-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { BatchStateMark } from '../../components/batch-state-mark.tsx';
import { Facts } from '../../components/facts.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { Shown } from '../../components/shown.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import { formatDate } from '../../format/dates.ts';
import { formatCount } from '../../format/numbers.ts';
import { actIn } from '../../format/person.ts';
import { addressOf } from '../../router/route.ts';
import type { BatchTab } from '../../router/route.ts';
import { goTo } from '../../router/use-route.ts';
import { BalanceTab } from './balance-tab.tsx';
import { BatchActions } from './batch-actions.tsx';
import { CardsTab } from './cards-tab.tsx';
import { RecordsTab } from './records-tab.tsx';
import { SignaturesTab } from './signatures-tab.tsx';
import { useBatch } from './use-batch.ts';

function Counts({ batch }: { readonly batch: BatchView }) {
  const { t } = useTranslation();
  const { counts } = batch;
  const quiet =
    counts.inMachine === 0 ? [] : [{ label: t('batch.count.inMachine'), value: formatCount(counts.inMachine) }];
  return (
    <Paper variant="outlined" sx={{ paddingInline: 2.5, paddingBlock: 1.75 }}>
      <Facts
        form="tiles"
        facts={[
          { label: t('batch.count.total'), value: formatCount(counts.total) },
          { label: t('batch.count.ready'), value: formatCount(counts.ready) },
          { label: t('batch.count.held'), value: formatCount(counts.held) },
          ...quiet,
          { label: t('batch.count.made'), value: formatCount(counts.made) },
          { label: t('batch.count.rejected'), value: formatCount(counts.rejected) },
          { label: t('batch.count.looks'), value: formatCount(counts.looksOutstanding) },
        ]}
      />
    </Paper>
  );
}

interface BatchScreenProps {
  readonly id: string;
  readonly tab: BatchTab;
  readonly person: PersonView;
}

/** One batch: its state, its next step, its records and cards, its balance, its signatures. */
export function BatchScreen({ id, tab, person }: BatchScreenProps) {
  const { t } = useTranslation();
  const view = useBatch(id);
  const tabs: readonly BatchTab[] = actIn(person, 'see-balance')
    ? ['records', 'cards', 'balance', 'signatures']
    : ['records', 'cards', 'signatures'];
  const shown = tabs.includes(tab) ? tab : 'records';
  return (
    <Page
      title={id}
      above={
        <Link href={addressOf({ kind: 'batches' })} variant="body2">
          {t('batch.back')}
        </Link>
      }
      beside={
        view.data !== undefined && (
          <>
            <BatchStateMark state={view.data.state} />
            {view.data.priority === 'urgent' && <StateMark tone="warning" label={t('priority.urgent')} />}
          </>
        )
      }
      actions={view.data !== undefined && <BatchActions batch={view.data} person={person} />}
    >
      <Shown view={view} skeleton={<Skeleton variant="rounded" height={260} />}>
        {(batch) => (
          <>
            <Typography color="textSecondary" sx={{ marginTop: -1.5 }}>
              {t('batch.line', {
                issuer: batch.issuerTitle,
                product: batch.productTitle,
                due: formatDate(batch.due),
              })}{' '}
              {actIn(person, 'see-products') && (
                <Link underline="always" href={addressOf({ kind: 'product', product: batch.product, tab: 'overview' })}>
                  {t('batch.aboutProduct')}
                </Link>
              )}
            </Typography>
            {batch.trouble !== null && (
              <Notice tone="bad" title={batch.trouble.text}>
                {batch.trouble.next} ({batch.trouble.code})
              </Notice>
            )}
            <Counts batch={batch} />
            <Box>
              <Tabs
                value={shown}
                aria-label={t('batch.tabs')}
                onChange={(_event, next: BatchTab) => goTo({ kind: 'batch', batch: id, tab: next })}
                sx={{ borderBottom: 1, borderColor: 'divider', marginBottom: 2.5 }}
              >
                {tabs.map((one) => (
                  <Tab
                    key={one}
                    value={one}
                    id={`tab-${one}`}
                    {...(one === shown ? { 'aria-controls': 'tab-content' } : {})}
                    label={t(`batch.tab.${one}`)}
                  />
                ))}
              </Tabs>
              <Box role="tabpanel" id="tab-content" aria-labelledby={`tab-${shown}`}>
                {shown === 'records' && <RecordsTab batch={batch} />}
                {shown === 'cards' && <CardsTab batch={batch} person={person} />}
                {shown === 'balance' && <BalanceTab batch={batch} person={person} />}
                {shown === 'signatures' && <SignaturesTab batch={batch} />}
              </Box>
            </Box>
          </>
        )}
      </Shown>
    </Page>
  );
}
