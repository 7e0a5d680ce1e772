import Close from '@mui/icons-material/CloseOutlined';
import Box from '@mui/material/Box';
import Drawer from '@mui/material/Drawer';
import IconButton from '@mui/material/IconButton';
import Typography from '@mui/material/Typography';
import { useTranslation } from 'react-i18next';
import type { JournalEntryView } from '#shared/contract/views/evidence-views.ts';
import { Facts } from '../../components/facts.tsx';
import { formatDateTimeSecond } from '../../format/dates.ts';
import { formatCount, groupedDigest } from '../../format/numbers.ts';
import { indented } from './indented.ts';

interface EntryDrawerProps {
  readonly entry: JournalEntryView | null;
  readonly onClose: () => void;
}

/** One entry of the journal with all that it says. */
export function EntryDrawer({ entry, onClose }: EntryDrawerProps) {
  const { t } = useTranslation();
  return (
    <Drawer
      anchor="right"
      open={entry !== null}
      onClose={onClose}
      slotProps={{
        paper: {
          role: 'dialog',
          'aria-modal': true,
          'aria-label': t('journal.entry'),
          sx: { width: 'min(560px, 92vw)' },
        },
      }}
    >
      {entry !== null && (
        <Box sx={{ padding: 3, display: 'grid', gap: 2.5 }}>
          <Box sx={{ display: 'flex', alignItems: 'flex-start', gap: 2 }}>
            <Box sx={{ flex: 1 }}>
              <Typography variant="overline" color="secondary">
                {t('journal.entryNumber', { sequence: formatCount(entry.sequence) })}
              </Typography>
              <Typography variant="h2">{entry.kind}</Typography>
            </Box>
            <IconButton onClick={onClose} aria-label={t('common.close')} autoFocus>
              <Close />
            </IconButton>
          </Box>
          <Facts
            form="lines"
            facts={[
              { label: t('journal.column.time'), value: formatDateTimeSecond(entry.time) },
              { label: t('journal.column.actor'), value: entry.actor },
              { label: t('journal.issuer'), value: entry.issuer ?? t('journal.noIssuer') },
              ...Object.entries(entry.subjects).map(([name, id]) => ({ label: name, value: id })),
              { label: t('journal.hash'), value: groupedDigest(entry.entryHash) },
            ]}
          />
          <Box>
            <Typography variant="h3" id="entry-payload" sx={{ marginBottom: 1 }}>
              {t('journal.payload')}
            </Typography>
            {entry.payload === null ? (
              <Typography color="textSecondary">{t('journal.withheld')}</Typography>
            ) : (
              <Box
                component="pre"
                tabIndex={0}
                role="region"
                aria-labelledby="entry-payload"
                sx={{
                  margin: 0,
                  padding: 2,
                  borderRadius: '10px',
                  backgroundColor: 'well',
                  fontSize: '0.8125rem',
                  lineHeight: 1.6,
                  whiteSpace: 'pre-wrap',
                  overflowWrap: 'anywhere',
                  fontFamily: 'ui-monospace, "DejaVu Sans Mono", monospace',
                }}
              >
                {indented(entry.payload)}
              </Box>
            )}
          </Box>
        </Box>
      )}
    </Drawer>
  );
}
