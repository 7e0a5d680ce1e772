import Draw from '@mui/icons-material/DrawOutlined';
import Button from '@mui/material/Button';
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { useTranslation } from 'react-i18next';
import type { BatchView } from '#shared/contract/views/batch-views.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Panel } from '../../components/panel.tsx';
import { Shown } from '../../components/shown.tsx';
import { addressOf } from '../../router/route.ts';
import { ApprovalFacts } from '../approvals/approval-facts.tsx';
import { StatementSheet } from '../approvals/statement-sheet.tsx';
import { useApproval } from '../approvals/use-approvals.ts';

function Signature({ approval }: { readonly approval: string }) {
  const { t } = useTranslation();
  const view = useApproval(approval);
  return (
    <Shown view={view} skeleton={<Skeleton variant="rounded" height={320} />}>
      {(data) => (
        <Box sx={{ display: 'grid', gap: 2.5, gridTemplateColumns: { xs: '1fr', lg: '3fr 2fr' }, alignItems: 'start' }}>
          <StatementSheet approval={data} />
          <Panel
            title={t('signatures.state')}
            actions={
              <Button size="small" href={addressOf({ kind: 'approval', approval })}>
                {t('signatures.open')}
              </Button>
            }
          >
            <ApprovalFacts approval={data} />
          </Panel>
        </Box>
      )}
    </Shown>
  );
}

/** What was signed for this batch, as it was signed. */
export function SignaturesTab({ batch }: { readonly batch: BatchView }) {
  const { t } = useTranslation();
  return batch.approval === null ? (
    <Panel title={t('signatures.state')} padding="none">
      <EmptyState icon={<Draw />} title={t('signatures.none')} text={t('signatures.noneDetail')} />
    </Panel>
  ) : (
    <Signature approval={batch.approval} />
  );
}
