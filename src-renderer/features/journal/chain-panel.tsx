import LinkIcon from '@mui/icons-material/VerifiedOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import { useTranslation } from 'react-i18next';
import type { ChainView, VerificationView } from '#shared/contract/views/evidence-views.ts';
import type { PersonView } from '#shared/contract/views/session-views.ts';
import { Facts } from '../../components/facts.tsx';
import { FaultNotice } from '../../components/fault-notice.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { Notice } from '../../components/notice.tsx';
import { Panel } from '../../components/panel.tsx';
import { ProgressBar } from '../../components/progress-bar.tsx';
import { Shown } from '../../components/shown.tsx';
import { useNow } from '../../components/use-now.ts';
import { formatAge, formatDateTimeSecond, formatDuration } from '../../format/dates.ts';
import { formatCount, shortDigest } from '../../format/numbers.ts';
import { actIn } from '../../format/person.ts';
import { useCommand } from '../../queries/use-command.ts';
import { useView } from '../../queries/use-view.ts';
import { station } from '../../wires/station.ts';
import { ExportRequest } from './export-request.tsx';

function Result({ result }: { readonly result: VerificationView }) {
  const { t } = useTranslation();
  const size = {
    count: result.entries,
    shown: formatCount(result.entries),
    duration: formatDuration(result.milliseconds),
  };
  return result.result === 'whole' ? (
    <Notice tone="good" role="status" title={t('journal.whole')}>
      {t('journal.wholeDetail', { ...size, checkpoints: formatCount(result.checkpoints) })}
    </Notice>
  ) : (
    <Notice tone="bad" role="alert" title={t('journal.broken')}>
      <Box component="ul" sx={{ margin: 0, paddingLeft: 2.5 }}>
        {result.findings.map((finding) => (
          <li key={`${finding.sequence} ${finding.code}`}>
            {t('journal.findingAt', { sequence: formatCount(finding.sequence), text: finding.text })}
          </li>
        ))}
      </Box>
      {t('journal.brokenNext')}
    </Notice>
  );
}

function Register({ register }: { readonly register: ChainView['register'] }) {
  const { t } = useTranslation();
  const { state, sequence, since } = register;
  if (sequence === null) return t('journal.none');
  const shown = formatCount(sequence);
  if (since === null) return t('journal.registerKept', { sequence: shown });
  const words = state === 'behind' ? 'journal.registerBehind' : 'journal.registerLate';
  return t(words, { sequence: shown, time: formatDateTimeSecond(since) });
}

function Chain({ chain }: { readonly chain: ChainView }) {
  const { t } = useTranslation();
  const now = useNow(10_000);
  const { lastCheckpoint, lastVerified, verifying } = chain;
  return (
    <Facts
      form="lines"
      facts={[
        { label: t('journal.entries'), value: formatCount(chain.entries) },
        { label: t('journal.head'), value: <Identifier>{shortDigest(chain.headHash)}</Identifier> },
        {
          label: t('journal.lastEntry'),
          value: chain.lastTime === null ? t('journal.none') : formatDateTimeSecond(chain.lastTime),
        },
        {
          label: t('journal.checkpoint'),
          value:
            lastCheckpoint === null
              ? t('journal.none')
              : t('journal.at', {
                  sequence: formatCount(lastCheckpoint.sequence),
                  time: formatDateTimeSecond(lastCheckpoint.time),
                }),
        },
        { label: t('journal.register'), value: <Register register={chain.register} /> },
        {
          label: t('journal.verified'),
          value:
            lastVerified === null
              ? t('journal.never')
              : t(lastVerified.result === 'whole' ? 'journal.wholeAt' : 'journal.brokenAt', {
                  sequence: formatCount(lastVerified.sequence),
                  time: formatDateTimeSecond(lastVerified.time),
                }),
        },
        ...(lastVerified === null
          ? []
          : [
              {
                label: t('journal.verifiedAge'),
                value: `${formatAge(lastVerified.time, now)}, ${t(`journal.verifiedBy.${lastVerified.by}`)}`,
              },
            ]),
        ...(verifying === null
          ? []
          : [
              {
                label: t('journal.verifyingIdle'),
                value: t('journal.verifyingPart', {
                  read: formatCount(verifying.read),
                  of: formatCount(verifying.of),
                }),
              },
            ]),
      ]}
    />
  );
}

/** The chain of the journal, and the button that proves it. */
export function ChainPanel({ person }: { readonly person: PersonView }) {
  const { t } = useTranslation();
  const chain = useView({
    call: 'journal.chain',
    input: {},
    topics: ['journal'],
    ask: (signal) => station.journal.chain({}, { signal }),
  });
  const verify = useCommand(
    () => station.journal.verify({}),
    () => void chain.refetch(),
  );
  return (
    <Panel
      title={t('journal.chain')}
      note={t('journal.chainNote')}
      actions={
        <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
          {actIn(person, 'export-journal') && person.issuers === 'all' && <ExportRequest />}
          {actIn(person, 'verify-journal') && (
            <Button
              variant="contained"
              startIcon={<LinkIcon />}
              loading={verify.isPending}
              loadingPosition="start"
              onClick={() => verify.mutate(undefined)}
            >
              {t('journal.verify')}
            </Button>
          )}
        </Box>
      }
    >
      <Box sx={{ display: 'grid', gap: 2 }}>
        <Shown view={chain} skeleton={<Skeleton variant="rounded" height={120} />}>
          {(data) => (
            <Box sx={{ display: 'grid', gap: 2 }}>
              {data.register.trouble !== null && (
                <Notice
                  tone={data.register.state === 'behind' ? 'bad' : 'warning'}
                  role="status"
                  title={data.register.trouble.text}
                >
                  {data.register.trouble.next}
                </Notice>
              )}
              <Chain chain={data} />
            </Box>
          )}
        </Shown>
        {verify.isPending && <ProgressBar label={t('journal.verifying')} part={null} />}
        {verify.isError && <FaultNotice thrown={verify.error} />}
        {verify.data !== undefined && !verify.isPending && <Result result={verify.data} />}
      </Box>
    </Panel>
  );
}
