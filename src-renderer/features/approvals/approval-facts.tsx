import Box from '@mui/material/Box';
import { useTranslation } from 'react-i18next';
import type { ApprovalView } from '#shared/contract/views/approval-views.ts';
import { Facts } from '../../components/facts.tsx';
import { StateMark } from '../../components/state-mark.tsx';
import type { Tone } from '../../components/tone.ts';
import { useNow } from '../../components/use-now.ts';
import { formatAge, formatDateTime } from '../../format/dates.ts';

const tones: Readonly<Record<ApprovalView['state'], Tone>> = {
  open: 'warning',
  given: 'good',
  refused: 'bad',
  withdrawn: 'quiet',
  expired: 'quiet',
  used: 'good',
};

export function ApprovalStateMark({ state }: { readonly state: ApprovalView['state'] }) {
  const { t } = useTranslation();
  return <StateMark tone={tones[state]} label={t(`approvalState.${state}`)} />;
}

/** Where a request stands: who asked, who signed, how long it stays. */
export function ApprovalFacts({ approval }: { readonly approval: ApprovalView }) {
  const { t } = useTranslation();
  const now = useNow(10_000);
  const missing = Math.max(0, approval.approversNeeded - approval.signed.length);
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      <Box>
        <ApprovalStateMark state={approval.state} />
      </Box>
      <Facts
        form="lines"
        facts={[
          { label: t('approval.askedBy'), value: approval.askerName },
          { label: t('approval.asked'), value: formatDateTime(approval.requested) },
          ...(approval.state === 'open'
            ? [
                { label: t('approval.expires'), value: formatAge(approval.expires, now) },
                { label: t('approval.missing'), value: String(missing) },
              ]
            : []),
          ...approval.signed.map((signature) => ({
            label: t('approval.signedBy'),
            value: `${signature.displayName}, ${formatDateTime(signature.time)}`,
          })),
        ]}
      />
    </Box>
  );
}
