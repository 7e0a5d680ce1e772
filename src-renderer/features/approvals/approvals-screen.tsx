import Draw from '@mui/icons-material/DrawOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { ApprovalView } from '#shared/contract/views/approval-views.ts';
import { EmptyState } from '../../components/empty-state.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { Shown, SkeletonRows } from '../../components/shown.tsx';
import { useNow } from '../../components/use-now.ts';
import { formatAge } from '../../format/dates.ts';
import { addressOf } from '../../router/route.ts';
import { ApprovalStateMark } from './approval-facts.tsx';
import { readStatement } from './read-statement.ts';
import { useActTitle } from './use-act-title.ts';
import { useOpenApprovals } from './use-approvals.ts';

function ApprovalRow({ approval, now }: { readonly approval: ApprovalView; readonly now: number }) {
  const { t } = useTranslation();
  const actTitle = useActTitle();
  const reading = readStatement(approval.statement);
  const subject = reading.kind === 'statement' ? reading.statement.subject : approval.approval;
  const title = actTitle(approval.act);
  return (
    <Box
      component="li"
      sx={{
        display: 'flex',
        alignItems: 'center',
        gap: 2,
        paddingInline: 2.5,
        paddingBlock: 1.5,
        borderTop: 1,
        borderColor: 'divider',
      }}
    >
      <Box sx={{ flex: 1, minWidth: 0 }}>
        <Typography sx={{ fontWeight: 600 }}>
          {title} · {subject}
        </Typography>
        <Typography variant="body2" color="textSecondary">
          {t('approval.line', {
            asker: approval.askerName,
            asked: formatAge(approval.requested, now),
            expires: formatAge(approval.expires, now),
          })}
        </Typography>
      </Box>
      <ApprovalStateMark state={approval.state} />
      <Button
        variant="contained"
        href={addressOf({ kind: 'approval', approval: approval.approval })}
        aria-label={t('approval.openNamed', { title: `${title} ${subject}` })}
      >
        {t('approval.open')}
      </Button>
    </Box>
  );
}

/** Requests that wait for a second person. */
export function ApprovalsScreen() {
  const { t } = useTranslation();
  const view = useOpenApprovals();
  const now = useNow(10_000);
  return (
    <Page title={t('approvals.title')}>
      <Panel title={t('approvals.waiting')} padding="none">
        <Shown view={view} skeleton={<SkeletonRows rows={3} height={56} />}>
          {({ approvals }) =>
            approvals.length === 0 ? (
              <EmptyState icon={<Draw />} title={t('approvals.empty')} text={t('approvals.emptyDetail')} />
            ) : (
              <Box component="ul" sx={{ listStyle: 'none', margin: 0, padding: 0 }}>
                {approvals.map((approval) => (
                  <ApprovalRow key={approval.approval} approval={approval} now={now} />
                ))}
              </Box>
            )
          }
        </Shown>
      </Panel>
    </Page>
  );
}
