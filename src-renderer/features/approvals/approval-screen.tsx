import ArrowForward from '@mui/icons-material/ArrowForwardOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Link from '@mui/material/Link';
import Skeleton from '@mui/material/Skeleton';
import { useTranslation } from 'react-i18next';
import type { ApprovalView } from '#shared/contract/views/approval-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Notice } from '../../components/notice.tsx';
import { Page } from '../../components/page.tsx';
import { Panel } from '../../components/panel.tsx';
import { Shown } from '../../components/shown.tsx';
import { queryClient } from '../../queries/query-client.ts';
import { useCommand } from '../../queries/use-command.ts';
import { addressOf } from '../../router/route.ts';
import type { Route } from '../../router/route.ts';
import { station } from '../../wires/station.ts';
import { ExportDownload } from '../journal/export-download.tsx';
import { ApprovalFacts } from './approval-facts.tsx';
import { readStatement } from './read-statement.ts';
import { SignForm } from './sign-form.tsx';
import { StatementSheet } from './statement-sheet.tsx';
import { useApproval } from './use-approvals.ts';
import { useStatementDigest } from './use-statement-digest.ts';

interface ApprovalProps {
  readonly approval: ApprovalView;
  readonly person: PersonView;
}

function Signing({ approval, person }: ApprovalProps) {
  const { t } = useTranslation();
  const digest = useStatementDigest(approval.statement);
  if (digest === null || readStatement(approval.statement).kind !== 'statement') return null;
  if (digest !== approval.statementDigest) {
    return (
      <Notice tone="bad" role="alert" title={t('statement.otherDigest')}>
        {t('statement.refused')}
      </Notice>
    );
  }
  return (
    <Panel title={t('sign.title')}>
      <SignForm approval={approval} person={person} digest={digest} />
    </Panel>
  );
}

/** Where the person goes on once a request is settled, by the act that was asked for. */
function wayOn(approval: ApprovalView): Route | null {
  const batch = approval.subjects['batch'];
  if (batch !== undefined)
    return {
      kind: 'batch',
      batch,
      tab: approval.act === 'batch-close' ? 'balance' : approval.act === 'remake' ? 'cards' : 'records',
    };
  const ceremony = approval.subjects['ceremony'];
  if (ceremony !== undefined) return { kind: 'ceremony', ceremony };
  const key = approval.subjects['key'];
  if (key !== undefined) return { kind: 'keys', tab: 'list', key: approval.act === 'authority-import' ? null : key };
  switch (approval.act) {
    case 'stock-receipt':
    case 'stock-move':
    case 'stock-out':
    case 'test-use':
      return { kind: 'stock', tab: 'places' };
    case 'count-difference':
      return { kind: 'stock', tab: 'counts' };
    case 'destruction':
      return { kind: 'stock', tab: 'destruction' };
    case 'day-close':
    case 'day-difference':
      return { kind: 'day', day: null };
    case 'device-enrolment':
      return { kind: 'devices' };
    case 'log-export':
      return { kind: 'journal', text: '' };
    case 'product-to-production':
      return { kind: 'products' };
    default:
      return null;
  }
}

function Settled({ approval }: { readonly approval: ApprovalView }) {
  const { t } = useTranslation();
  const on = wayOn(approval);
  if (approval.state === 'open') return null;
  const good = approval.state === 'given' || approval.state === 'used';
  return (
    <Notice
      tone={good ? 'good' : 'information'}
      role="status"
      title={t(`approval.settled.${approval.state}`)}
      actions={
        on === null ? undefined : (
          <Button variant="contained" endIcon={<ArrowForward />} href={addressOf(on)}>
            {t(on.kind === 'batch' ? 'approval.toBatch' : 'approval.goOn')}
          </Button>
        )
      }
    >
      {t(good ? 'approval.settledGood' : 'approval.settledOther')}
    </Notice>
  );
}

function Withdrawing({ approval }: { readonly approval: ApprovalView }) {
  const { t } = useTranslation();
  const withdraw = useCommand(
    () => station.approvals.withdraw({ approval: approval.approval }),
    (gone) => queryClient.setQueryData(['view', 'approvals.get', { approval: approval.approval }], gone),
  );
  return (
    <Box sx={{ display: 'grid', gap: 1, justifyItems: 'start', marginTop: 2 }}>
      {withdraw.isError && <FaultNotice thrown={withdraw.error} />}
      <Button size="small" loading={withdraw.isPending} onClick={() => withdraw.mutate(undefined)}>
        {t('approval.withdraw')}
      </Button>
    </Box>
  );
}

/** One request: the statement to sign, and the place where the second person signs it. */
export function ApprovalScreen({ id, person }: { readonly id: string; readonly person: PersonView }) {
  const { t } = useTranslation();
  const view = useApproval(id);
  return (
    <Page
      title={t('approval.title')}
      above={
        <Link href={addressOf({ kind: 'approvals' })} variant="body2">
          {t('approval.back')}
        </Link>
      }
    >
      <Shown view={view} skeleton={<Skeleton variant="rounded" height={420} />}>
        {(approval) => (
          <Box
            sx={{
              display: 'grid',
              gap: 2.5,
              gridTemplateColumns: { xs: '1fr', md: 'minmax(0, 3fr) minmax(320px, 2fr)' },
              alignItems: 'start',
            }}
          >
            <StatementSheet approval={approval} />
            <Box sx={{ display: 'grid', gap: 2.5 }}>
              <Settled approval={approval} />
              {approval.act === 'log-export' && approval.state === 'given' && approval.asker === person.person && (
                <ExportDownload approval={approval.approval} />
              )}
              {approval.state === 'open' && <Signing approval={approval} person={person} />}
              <Panel title={t('signatures.state')}>
                <ApprovalFacts approval={approval} />
                {(approval.state === 'open' || approval.state === 'given') && approval.asker === person.person && (
                  <Withdrawing approval={approval} />
                )}
              </Panel>
            </Box>
          </Box>
        )}
      </Shown>
    </Page>
  );
}
