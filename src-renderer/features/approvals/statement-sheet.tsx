import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { ApprovalView } from '#shared/contract/views/approval-views.ts';
import { Guilloche } from '../../components/guilloche.tsx';
import { Facts } from '../../components/facts.tsx';
import { Identifier } from '../../components/identifier.tsx';
import { Notice } from '../../components/notice.tsx';
import { formatDateTime } from '../../format/dates.ts';
import { groupedDigest } from '../../format/numbers.ts';
import { readStatement } from './read-statement.ts';
import type { Statement } from './read-statement.ts';
import { useActTitle } from './use-act-title.ts';
import { useStatementDigest } from './use-statement-digest.ts';

function SignedContent({ statement, digest }: { readonly statement: Statement; readonly digest: string | null }) {
  const { t } = useTranslation();
  const actTitle = useActTitle();
  return (
    <>
      <Box sx={{ padding: 3, paddingBottom: 2 }}>
        <Typography variant="overline" color="secondary">
          {t('statement.over')}
        </Typography>
        <Typography variant="h2" id="statement-title" sx={{ fontSize: '1.375rem' }}>
          {actTitle(statement.act)}
        </Typography>
        <Typography color="textSecondary">
          <Identifier>{statement.subject}</Identifier>
        </Typography>
      </Box>
      <Box
        component="dl"
        sx={{
          margin: 0,
          paddingInline: 3,
          display: 'grid',
          gridTemplateColumns: 'minmax(150px, max-content) minmax(0, 1fr)',
        }}
      >
        {statement.fields.map((field, index) => (
          <Box key={`${index} ${field.label}`} sx={{ display: 'contents' }}>
            <Typography
              component="dt"
              variant="body2"
              color="textSecondary"
              sx={{ borderTop: 1, borderColor: 'divider', paddingBlock: 1, paddingRight: 3 }}
            >
              {field.label}
            </Typography>
            <Typography
              component="dd"
              variant="body2"
              sx={{
                margin: 0,
                fontWeight: 600,
                borderTop: 1,
                borderColor: 'divider',
                paddingBlock: 1,
                overflowWrap: 'anywhere',
                whiteSpace: 'pre-wrap',
              }}
            >
              {field.value}
            </Typography>
          </Box>
        ))}
      </Box>
      <Box sx={{ margin: 3, marginTop: 2, padding: 2, borderRadius: '10px', backgroundColor: 'well' }}>
        <Facts
          form="lines"
          facts={[
            { label: t('statement.asker'), value: statement.asker },
            ...(statement.barred === undefined || statement.barred.length === 0
              ? []
              : [{ label: t('statement.barred'), value: statement.barred.join(', ') }]),
            { label: t('statement.station'), value: statement.station },
            { label: t('statement.issuer'), value: statement.issuer ?? t('statement.noIssuer') },
            { label: t('statement.expires'), value: formatDateTime(statement.expires) },
            {
              label: t('statement.subjectDigest'),
              value: <Identifier>{groupedDigest(statement.subjectDigest.slice(0, 16))}</Identifier>,
            },
            {
              label: t('statement.digest'),
              value: digest === null ? '…' : <Identifier>{groupedDigest(digest.slice(0, 16))}</Identifier>,
            },
          ]}
        />
      </Box>
    </>
  );
}

/** The statement as a sheet of paper, read from exactly the bytes that are signed and from nothing else. */
export function StatementSheet({ approval }: { readonly approval: ApprovalView }) {
  const { t } = useTranslation();
  const reading = readStatement(approval.statement);
  const digest = useStatementDigest(approval.statement);
  if (reading.kind !== 'statement') {
    return (
      <Notice
        tone="bad"
        role="alert"
        title={t(`statement.${reading.kind === 'unknown-version' ? 'newer' : 'unreadable'}`)}
      >
        {t('statement.refused')}
      </Notice>
    );
  }
  return (
    <Paper
      component="section"
      variant="outlined"
      aria-labelledby="statement-title"
      sx={{ position: 'relative', overflow: 'hidden' }}
    >
      <Box aria-hidden sx={{ position: 'absolute', right: -120, top: -120 }}>
        <Guilloche size={300} colour="#3f8f84" strength={0.22} />
      </Box>
      <Box sx={{ position: 'relative' }}>
        <SignedContent statement={reading.statement} digest={digest} />
      </Box>
    </Paper>
  );
}
